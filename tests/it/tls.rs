//! Talking to PostgreSQL over TLS: whom the service trusts, and what it says when it does not.

use std::{
    path::Path,
    process::{Command, Output},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use testkit::{
    Backend, only,
    postgres::{Availability, Cluster, find},
};

only!(Postgres: a_database_is_trusted_by_its_certificate);

/// An authority that anybody can make.
fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("a certificate").pem(), Issuer::new(params, key))
}

fn a_database_is_trusted_by_its_certificate(_: Backend) {
    let (ours, issuer) = authority("Ours");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, "A database");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate").pem();
    let Availability::Found(binaries) = find() else { panic!("there is a server where this runs") };
    let (_cluster, port) = Cluster::start_with_tls(binaries, &certificate, &key.serialize_pem()).expect("a server with TLS");

    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let (ours, others) = (file("ours.pem", &ours), file("others.pem", &authority("Another").0));
    // A home without a trusted root of libpq's own, and nothing else that the environment may say.
    let migrate = |host: &str, query: &str, cert_file: Option<&str>| -> Output {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.env("HOME", dir.path()).env_remove("PGSSLROOTCERT").env_remove("SSL_CERT_DIR").env_remove("SSL_CERT_FILE");
        command.envs(cert_file.map(|file| ("SSL_CERT_FILE", file)));
        let url = format!("postgres://haidang@{host}:{port}/postgres?{query}");
        command.args(["--as-haidang", "--log", "error", "--database-url", &url, "migrate"]).output().expect("a run")
    };
    let told = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();

    let right = migrate("localhost", &format!("sslmode=verify-full&sslrootcert={ours}"), None);
    assert!(right.status.success(), "{}", told(&right));
    let named = migrate("localhost", "sslmode=verify-full&sslrootcert=system", Some(&ours));
    assert!(named.status.success(), "the environment's authorities go before the machine's: {}", told(&named));
    // Where the machine has authorities they are asked, and do not know ours.
    let of_machine = if Path::new("/etc/ssl/certs/ca-certificates.crt").exists() { "certificate verify failed" } else { "" };
    for (host, query, wanted) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={others}"), "certificate verify failed"),
        ("localhost", "sslmode=verify-full&sslrootcert=system".to_owned(), ""),
        ("localhost", "sslmode=verify-full".to_owned(), of_machine),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={ours}"), "does not match host name"),
    ] {
        let refused = migrate(host, &query, None);
        let told = told(&refused);
        assert_eq!((refused.status.code(), told.lines().count()), (Some(2), 1), "{query}: {told}");
        assert!(told.starts_with("haidang: cannot open postgres://") && told.contains(wanted), "{query}: {told}");
    }
}
