//! Why a connection failed, where the user can do something about it.

use std::error::Error;

use rustls::{AlertDescription, CertificateError};

/// Why there is no TLS connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// Nobody this machine trusts made the certificate.
    #[error(
        "nobody that this machine trusts made its certificate; set `ca_bundle` to the PEM file of the CA that did"
    )]
    Unknown,
    /// It is for another host.
    #[error("its certificate is for another host; check `url`")]
    OtherHost,
    /// Not valid now.
    #[error("its certificate has expired or is not valid yet; have it renewed, or check the clock")]
    Expired,
    /// Taken back.
    #[error("its certificate was revoked; ask who runs the server")]
    Revoked,
    /// The server wants to know who asks.
    #[error("it wants a client certificate; set `client_certificate`")]
    WantsCertificate,
    /// The server does not take ours.
    #[error("it does not take the client certificate; renew `client_certificate`")]
    RefusesCertificate,
    /// What answers does not speak TLS.
    #[error("what answers does not speak TLS; write `http://`, or check the port")]
    NotTls,
    /// Anything else.
    #[error("there is no TLS connection; see the server's own log")]
    Other,
}

/// What TLS has to say about an error, if it comes from there.
#[must_use]
pub fn of(error: &(dyn Error + 'static)) -> Option<TlsFault> {
    Some(match rustls_error(error)? {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsFault::Unknown,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFault::OtherHost
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => TlsFault::Expired,
            CertificateError::Revoked => TlsFault::Revoked,
            // A CA of one's own that is used as a server's certificate, and the like.
            _ => TlsFault::Unknown,
        },
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired => TlsFault::WantsCertificate,
            // TLS 1.2 has no alert of its own for a missing certificate.
            AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied => TlsFault::RefusesCertificate,
            _ => TlsFault::Other,
        },
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls,
        _ => TlsFault::Other,
    })
}

/// The error of rustls that is at the bottom of another, if one is.
pub(super) fn rustls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // Its `source` is that of the error in it, not the error itself.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
