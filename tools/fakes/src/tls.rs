//! A certificate authority of the test's own, and the trust bundles the functions are started with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// The system's roots are put beside the test authority, so that loading trust costs a function what it costs on Lambda.
const SYSTEM_BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A certificate authority, a certificate for `localhost` issued by it, and a file of trusted roots that names it.
pub struct Authority {
    server: Arc<ServerConfig>,
    certificate: PathBuf,
    bundle: PathBuf,
}

impl Authority {
    /// Makes a new authority and writes its trust bundles to the temporary folder; dropping the authority removes the files.
    #[must_use]
    pub fn new() -> Self {
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.distinguished_name.push(DnType::CommonName, "Fake services of the test");
        let ca_key = KeyPair::generate().expect("a key for the authority");
        let ca_certificate = ca.self_signed(&ca_key).expect("the authority's certificate");

        let leaf = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("valid names");
        let leaf_key = KeyPair::generate().expect("a key for the servers");
        let leaf_certificate = leaf.signed_by(&leaf_key, &Issuer::new(ca, ca_key)).expect("the servers' certificate");

        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![leaf_certificate.der().clone()], PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into())
            .expect("the key fits the certificate");
        server.alpn_protocols = vec![b"http/1.1".to_vec()];

        let system = std::fs::read_to_string(SYSTEM_BUNDLE).unwrap_or_default();
        let own = ca_certificate.pem();
        let stem = std::env::temp_dir().join(format!("fakes-{}-{:x}", std::process::id(), unique()));
        let (certificate, bundle) = (stem.with_extension("crt"), stem.with_extension("pem"));
        std::fs::write(&bundle, format!("{system}\n{own}")).expect("a writable temporary folder");
        std::fs::write(&certificate, own).expect("a writable temporary folder");
        Self { server: Arc::new(server), certificate, bundle }
    }

    /// What a server of this authority presents.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }

    /// A PEM file with this authority alone.
    #[must_use]
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// A PEM file of trusted roots: the system's and this authority.
    #[must_use]
    pub fn bundle(&self) -> &Path {
        &self.bundle
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        for file in [&self.certificate, &self.bundle] {
            // A file left behind in the temporary folder harms nothing.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// A number no other authority of this process has.
fn unique() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
