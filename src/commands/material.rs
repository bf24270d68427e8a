//! Certificates and keys that an application brings along: read from files, or made here.

use std::path::PathBuf;

use super::app::Wish;
use crate::effects::{files, keys};
use crate::error::Result;
use crate::ingest;
use crate::model::Key;
use crate::render::{self, ClientCa, Pair, Setting};

/// What is known beside the intent, with what files tell beside what is known already.
pub(super) fn completed(
    mut setting: Setting,
    wish: &Wish,
    ca_dir: Option<&str>,
) -> Result<Setting> {
    complete(&mut setting, wish, ca_dir)?;
    Ok(setting)
}

/// What is to be said of certificates that are made here, if any is.
pub(super) fn made(wishes: &[Wish], ca_dir: Option<&str>) -> Result<Option<String>> {
    let is_made =
        |wish: &Wish| wish.intent.spec.tls.as_ref().is_some_and(|tls| tls.certificate.self_signed);
    if !wishes.iter().any(is_made) {
        return Ok(None);
    }
    let directory = directory(ca_dir)?;
    Ok(Some(format!(
        "a CA of your own signs the certificate; who is given {} trusts it",
        directory.join(keys::CA_CERTIFICATE).display()
    )))
}

fn directory(ca_dir: Option<&str>) -> Result<PathBuf> {
    ca_dir.map_or_else(keys::directory, |directory| Ok(PathBuf::from(directory)))
}

/// Adds what the intent names: CAs for clients, a certificate and its key.
fn complete(setting: &mut Setting, wish: &Wish, ca_dir: Option<&str>) -> Result<()> {
    let Some(tls) = &wish.intent.spec.tls else { return Ok(()) };
    if let Some(path) = &tls.client_ca {
        let pem = files::bytes(path)?;
        let chain = ingest::chain(&pem);
        setting.client_ca = Some(ClientCa { pem, chain, origin: path.clone() });
    }
    if let Some(named) = &tls.certificate.files {
        let certificate = files::bytes(&named.certificate)?;
        let key = files::bytes(&named.key)?;
        let facts = ingest::facts_of_pair(&certificate, &key);
        let origin = named.certificate.clone();
        setting.pair = Some(Pair::new(certificate, key, facts, origin));
    }
    let contents = render::self_signed(&wish.intent, setting).map_err(|it| wish.refused(it))?;
    if let Some(contents) = contents {
        let directory = directory(ca_dir)?;
        let app = Key::new(&*wish.intent.namespace, &*wish.intent.app);
        setting.pair = Some(keys::self_signed(&directory, &app, &contents, setting.now)?);
    }
    Ok(())
}
