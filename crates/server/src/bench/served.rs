//! The binary as a server: how long until it is ready, and how much memory it takes idle and under the load of desks.

use super::scene::Scene;
use super::{Failed, client};
use crate::web::http::SESSION_COOKIE;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Pages asked for, and by how many at once.
const PAGES: usize = 4_000;
const DESKS: usize = 32;

/// Starts the binary on the store, asks it for desk pages and reads its memory (goals: ready in 2 s, 200 MB).
pub(super) async fn measure(scene: &Scene) -> Result<(), Failed> {
    let begun = Instant::now();
    let (server, address) = Server::start(scene)?;
    let ready = begun.elapsed();
    let (idle, peak, rate) = load(scene, server.0.id(), address).await?;
    println!("start (goal <= 2 s): ready after {:.2} s", ready.as_secs_f64());
    println!(
        "memory (goal <= 200 MB): idle {idle:.0} MB; at most {peak:.0} MB while {DESKS} desks asked for {PAGES} pages at {rate:.0} pages/s"
    );
    Ok(())
}

/// The server's process; ended when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Server {
    fn start(scene: &Scene) -> Result<(Self, SocketAddr), Failed> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        match &scene.database {
            None => command.arg("--data").arg(&scene.dir),
            Some(url) => command.arg("--database").arg(url).arg("--keys").arg(&scene.dir),
        };
        let mut server = Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
        let out = server.0.stdout.take().ok_or_else(|| Failed::Wrong("the server has no output".into()))?;
        for line in BufReader::new(out).lines() {
            if let Some(address) = line?.strip_prefix("listening on http://") {
                let address = address.parse().map_err(|_| Failed::Wrong(format!("no address: {address}")))?;
                return Ok((server, address));
            }
        }
        Err(Failed::Wrong("the server ended before it was ready".into()))
    }
}

async fn load(scene: &Scene, pid: u32, address: SocketAddr) -> Result<(f64, f64, f64), Failed> {
    let first = client::get(address, "/", "").await?;
    let idle = memory(pid, "VmRSS:")?;
    if first.status != 200 {
        return Err(Failed::Wrong(format!("the first page answered {}", first.status)));
    }
    let clerk = Arc::new(format!("{SESSION_COOKIE}={}", scene.clerk.cookie));
    let officer = Arc::new(format!("{SESSION_COOKIE}={}", scene.officer.cookie));
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut desks = Vec::new();
    for _ in 0..DESKS {
        let (clerk, officer, next) = (clerk.clone(), officer.clone(), next.clone());
        desks.push(tokio::spawn(async move {
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                let (path, cookie) = match i % 3 {
                    _ if i >= PAGES => return Ok::<_, Failed>(()),
                    0 => ("/desk/queue", &clerk),
                    1 => ("/desk/mine?show=unit", &officer),
                    _ => ("/desk/search?q=%E6%B4%97%E8%A1%A3%E6%9C%BA", &clerk),
                };
                let reply = client::get(address, path, cookie).await?;
                if reply.status != 200 {
                    return Err(Failed::Wrong(format!("{path} answered {}", reply.status)));
                }
            }
        }));
    }
    for desk in desks {
        desk.await.map_err(|e| Failed::Wrong(e.to_string()))??;
    }
    let rate = PAGES as f64 / begun.elapsed().as_secs_f64();
    Ok((idle, memory(pid, "VmHWM:")?, rate))
}

/// A figure of the process's memory, MB.
fn memory(pid: u32, what: &str) -> Result<f64, Failed> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix(what));
    let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kb.map(|kb| kb / 1024.0).ok_or_else(|| Failed::Wrong(format!("no {what} of the server")))
}
