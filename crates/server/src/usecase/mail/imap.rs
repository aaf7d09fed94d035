//! A mailbox by IMAP: what lies in its folder is fetched, taken in, and moved to another. Where moving fails it is fetched again and known by
//! its Message-ID.

use super::config::{Config, Imap, Server, Tls};
use super::take::{Fate, MAX_MAIL, take, too_large};
use crate::app::App;
use crate::usecase::Denied;
use async_imap::Session;
use async_imap::error::Error as ImapError;
use futures_util::TryStreamExt as _;
use rules::ids::Locality;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(120);
/// Mails fetched in one round.
const BATCH: usize = 200;

/// Why a mailbox could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The connection.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What the server answered.
    #[error("the mail server: {0}")]
    Imap(#[from] ImapError),
    /// The store.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It took too long.
    #[error("the mail server does not answer")]
    Slow(#[from] tokio::time::error::Elapsed),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

/// Takes in what lies in the mailbox; how many mails.
///
/// # Errors
/// Those of connection, server and store; what was not taken stays where it is.
pub async fn round(app: &App, config: &Config, imap: &Imap) -> Result<usize, Failure> {
    let locality = super::locality(app, config)?;
    if !super::ours(app, "mail-imap").await? {
        return Ok(0);
    }
    let taken = visit(app, config, imap, locality).await;
    super::let_go(app, "mail-imap").await?;
    taken
}

async fn visit(app: &App, config: &Config, imap: &Imap, locality: Locality) -> Result<usize, Failure> {
    let mut session = timeout(PATIENCE, sign_in(&imap.server)).await??;
    let taken = empty(app, config, imap, locality, &mut session).await;
    // What was taken is taken, whether the server hears a farewell or not.
    let _ = timeout(Duration::from_secs(5), session.logout()).await;
    taken
}

async fn empty(
    app: &App,
    config: &Config,
    imap: &Imap,
    locality: Locality,
    session: &mut Session<Pin<Box<dyn Stream>>>,
) -> Result<usize, Failure> {
    timeout(PATIENCE, session.select(&imap.folder)).await??;
    let mut uids: Vec<u32> = timeout(PATIENCE, session.uid_search("UNDELETED")).await??.into_iter().collect();
    uids.sort_unstable();
    if uids.is_empty() {
        return Ok(0);
    }
    // It exists already, or moving says so.
    let _ = timeout(PATIENCE, session.create(&imap.done)).await?;
    let mut taken = 0;
    for uid in uids.into_iter().take(BATCH) {
        let sizes = session.uid_fetch(uid.to_string(), "(RFC822.SIZE)").await?;
        let sizes: Vec<_> = timeout(PATIENCE, sizes.try_collect()).await??;
        let size = sizes.iter().find_map(|f| f.size).unwrap_or(0);
        let mailbox = format!("{}/{}", imap.server.host, imap.folder);
        if size as usize > MAX_MAIL {
            too_large(app, locality, &mailbox, &uid.to_string(), size.into()).await?;
        } else {
            let fetched = session.uid_fetch(uid.to_string(), "(BODY.PEEK[])").await?;
            let fetched: Vec<_> = timeout(PATIENCE, fetched.try_collect()).await??;
            let Some(raw) = fetched.iter().find_map(|f| f.body()) else { continue };
            let fate = take(app, config, locality, &mailbox, raw).await?;
            taken += usize::from(fate != Fate::Known);
        }
        move_away(session, uid, &imap.done).await?;
    }
    Ok(taken)
}

/// Moves a mail to another folder; with a copy and a deletion where the server cannot move.
async fn move_away(session: &mut Session<Pin<Box<dyn Stream>>>, uid: u32, to: &str) -> Result<(), Failure> {
    let uid = uid.to_string();
    if timeout(PATIENCE, session.uid_mv(&uid, to)).await?.is_ok() {
        return Ok(());
    }
    timeout(PATIENCE, session.uid_copy(&uid, to)).await??;
    let stored = session.uid_store(&uid, "+FLAGS (\\Deleted)").await?;
    let _: Vec<_> = timeout(PATIENCE, stored.try_collect()).await??;
    let gone = session.expunge().await?;
    let _: Vec<_> = timeout(PATIENCE, gone.try_collect()).await??;
    Ok(())
}

async fn sign_in(server: &Server) -> Result<Session<Pin<Box<dyn Stream>>>, Failure> {
    let plain = TcpStream::connect((server.host.as_str(), server.port)).await?;
    let stream: Pin<Box<dyn Stream>> = match server.tls {
        Tls::None => Box::pin(plain),
        Tls::Tls | Tls::Starttls => {
            let name = ServerName::try_from(server.host.clone()).map_err(io::Error::other)?;
            Box::pin(TlsConnector::from(Arc::new(trust(server)?)).connect(name, plain).await?)
        }
    };
    let mut client = async_imap::Client::new(stream);
    client.read_response().await?;
    let (user, password) = server.login()?.unwrap_or_default();
    Ok(client.login(user, password).await.map_err(|(e, _)| e)?)
}

/// The authorities that are believed.
fn trust(server: &Server) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(ca) = &server.ca {
        for certificate in CertificateDer::pem_file_iter(ca).map_err(io::Error::other)? {
            roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(io::Error::other)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
