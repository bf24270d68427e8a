//! Which name was meant, where one is written that nothing has.

/// How alike two names must be, from 0 to 1, for one to be taken for a slip of the other.
const ALIKE: f64 = 0.85;

/// The most alike of these names, if one is alike enough.
pub(super) fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let rated = names.map(|name| (strsim::jaro_winkler(written, name), name));
    let alike = rated.filter(|(likeness, _)| *likeness >= ALIKE);
    alike.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_through_and_another_name_is_not_taken_for_it() {
        let names = ["frontend", "apiservice", "cart"];
        assert_eq!(nearest("fronted", names.into_iter()), Some("frontend"));
        assert_eq!(nearest("api-service", names.into_iter()), Some("apiservice"));
        assert_eq!(nearest("checkout", names.into_iter()), None);
    }
}
