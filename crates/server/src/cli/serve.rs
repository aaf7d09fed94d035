//! `serve` and `demo`: pages on an address until asked to end, with the platform's own work beside them.

use super::{DemoArgs, Ending, Failure, Outcome, ServeArgs};
use crate::app::App;
use crate::usecase::import::job;
use crate::usecase::mail::config::Config;
use crate::usecase::{erase, mail, setup, sweep, tally};
use crate::web::front::Front;
use crate::{demo, web};
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often the platform does its own work, and after how many rounds it reads the registry anew.
const ROUND: Duration = Duration::from_secs(2);
/// Pause between looks at the log: figures follow within two seconds.
const FOLLOW: Duration = Duration::from_millis(300);
const REFRESH: u32 = 15;
/// How long requests under way may take to end once the server was asked to.
const DRAIN: Duration = Duration::from_secs(8);

pub(super) async fn serve(args: ServeArgs) -> Outcome {
    log_to_stderr();
    let mail = args.mail.as_deref().map(Config::read).transpose().map_err(Failure::usage)?;
    let listener = bind(args.listen).await?;
    let front = Front { origin: args.origin, proxies: args.proxies };
    let app = args.store.open().await?;
    if app.keyring().is_seeded() {
        tracing::warn!(code = "seeded_keys", "the keys of this store follow from a seed that others may know: for demonstration only");
    }
    if let Some(intake) = mail.as_ref().and_then(|m| m.intake.as_ref())
        && intake.place(&app.localities()).is_none()
    {
        eprintln!("Mails are not fetched before it is clear for whom: name the locality in [mail.intake].");
    }
    if let Some(token) = setup::begin(&app).await? {
        eprintln!("Nobody can sign in yet. Open this link once to make the first administrator:");
        let direct = address(&listener)?;
        eprintln!("  {}/setup/{token}", front.origin().unwrap_or(&direct));
    }
    until_asked(app, listener, front, mail).await
}

pub(super) async fn demo(args: DemoArgs) -> Outcome {
    log_to_stderr();
    let listener = bind(args.listen).await?;
    let app = demo::open(&args.data, args.cases, |line| eprintln!("{line}")).await.map_err(|e| Failure::new(e.to_string()))?;
    let address = address(&listener)?;
    let mut out = std::io::stdout().lock();
    out.write_all(demo::welcome(&app, &args.data, &address).as_bytes())?;
    drop(out);
    until_asked(app, listener, Front::default(), None).await
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FANGXIN_LOG").unwrap_or_else(|_| "info,hyper=warn,tower_http=warn".into());
    // A second subscriber in one process (tests) is no reason to stop.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(listen).await.map_err(|e| Failure::new(format!("cannot listen on {listen}: {e}; choose another with --listen")))
}

fn address(listener: &TcpListener) -> Result<String, Failure> {
    Ok(format!("http://{}", listener.local_addr()?))
}

async fn until_asked(app: App, listener: TcpListener, front: Front, mail: Option<Config>) -> Outcome {
    let mut asked = Ending::listen()?;
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(background(app.clone(), stopped.clone()));
    let log = tokio::spawn(log(app.clone(), stopped.clone()));
    let files = tokio::spawn(imports(app.clone(), stopped.clone()));
    let base = front.origin().unwrap_or_default().to_owned();
    let letters = mail.map(|config| tokio::spawn(mail::run(app.clone(), config, base, stopped.clone())));
    let line = format!("listening on {}\n", address(&listener)?);
    let service = web::router::behind(app.clone(), front).into_make_service_with_connect_info::<SocketAddr>();
    let mut ending = stopped.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = ending.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server.into_future());
    let mut out = std::io::stdout().lock();
    // Whoever started it may have closed the pipe; that is no reason to stop serving.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    drop(out);
    asked.asked().await;
    tracing::info!("asked to end");
    stop.send_replace(true);
    if timeout(DRAIN, server).await.is_err() {
        tracing::warn!("requests under way were cut off");
    }
    let _ = timeout(DRAIN, work).await;
    let _ = timeout(DRAIN, log).await;
    // A stretch cut off in the middle is sent again by the next server.
    files.abort();
    if let Some(letters) = letters {
        // A mail being sent or taken is finished; what is not is done again by the next server.
        let _ = timeout(DRAIN, letters).await;
    }
    if let Err(e) = sweep::let_go(&app).await {
        tracing::warn!(code = e.code(), cause = %e, "the next server has to wait two minutes for the platform's own work");
    }
    app.db().close().await;
    Ok(0)
}

/// The order of the log and the figures counted from it, several times a second: a look where nothing waits.
async fn log(app: App, mut stopped: watch::Receiver<bool>) {
    let mut tick = interval(FOLLOW);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = tick.tick() => {}
        }
        if let Err(e) = tally::follow(&app).await {
            tracing::warn!(code = e.code(), cause = %e, "the log could not be ordered and counted yet");
        }
    }
}

/// The platform's own work: clocks that end, the order of the log, the search index; and what other servers changed.
async fn background(app: App, mut stopped: watch::Receiver<bool>) {
    if let Err(e) = erase::remove_files(&app).await {
        tracing::warn!(code = e.code(), cause = %e, "files of erased submissions could not be removed yet");
    }
    let mut tick = interval(ROUND);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 1u32.. {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = tick.tick() => {}
        }
        match sweep::round(&app).await {
            Ok(did) if did.lapsed > 0 => tracing::info!(lapsed = did.lapsed, "clocks ended"),
            Ok(_) => {}
            Err(e) => tracing::warn!(code = e.code(), cause = %e, "a round of the platform's own work failed"),
        }
        if round % REFRESH == 0
            && let Err(e) = app.refresh().await
        {
            tracing::warn!(code = e.code(), cause = %e, "the registry could not be read anew");
        }
    }
}

/// Files that desks have sent, worked through one after the other; beside the rest, for a large one takes minutes.
async fn imports(app: App, mut stopped: watch::Receiver<bool>) {
    let mut tick = interval(ROUND);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 0u32.. {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = tick.tick() => {}
        }
        if let Err(e) = job::round(&app).await {
            tracing::warn!(code = e.code(), cause = %e, "an import could not go on yet");
        }
        if round % REFRESH == 0
            && let Err(e) = job::sweep(&app).await
        {
            tracing::warn!(code = e.code(), cause = %e, "files of old imports could not be removed yet");
        }
    }
}
