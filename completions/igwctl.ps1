# Completion of igwctl for PowerShell 5.1 and later: igwctl itself says what a line is completed with.

Register-ArgumentCompleter -Native -CommandName 'igwctl', 'kubectl-igw' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition })
    $program = "$($elements[0])"
    $words = @($elements | Select-Object -Skip 1 | ForEach-Object {
        $length = [Math]::Min($_.Extent.Text.Length, $cursorPosition - $_.Extent.StartOffset)
        $_.Extent.Text.Substring(0, $length).Trim("'", '"')
    })
    if ($elements[-1].Extent.EndOffset -lt $cursorPosition) {
        # Up to 7.2 an empty argument is lost unless it is written as two quotes.
        $words += if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' }
    }

    $answer = @(& $program __complete @words 2>$null)
    if ($answer.Count -eq 0 -or $answer[-1] -notmatch '^:(\d+)$') { return }
    $directive = [int]$Matches[1]

    # PowerShell replaces the whole word, the flag with its = too.
    $flag = if ($words[-1] -match '^(-[^=]*=)') { $Matches[1] } else { '' }
    $values = @($answer | Select-Object -SkipLast 1)
    foreach ($line in $values) {
        $value, $about = $line -split "`t", 2
        if (-not $about) { $about = $value }
        $text = if ($value -match '[\s''"`$(){};,|&<>@#]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new("$flag$text", $value, 'ParameterValue', $about)
    }
    # Without a result PowerShell offers files.
    if ($values.Count -eq 0 -and $directive -band 4) { '' }
}
