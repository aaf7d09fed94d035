// The real program, as a user runs it: a process of its own, a data directory of its own, a port the system picks.
// Nothing here waits by the clock: an address is read from what the program prints, readiness by asking until it answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The binary under test; `bin/test` builds it once and names it here. */
export const BIN = process.env.FANGXIN_BIN ?? join(ROOT, 'target/debug/fangxin');

/** How long a program may take to say where it listens, in milliseconds: only a limit, on a machine that also compiles. */
const PATIENCE = 600_000;
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** One process, with everything it has printed. */
export class Program {
  constructor(file, argv, { env = {}, cwd = ROOT } = {}) {
    this.title = [file.split('/').pop(), ...argv].join(' ');
    this.stdout = '';
    this.stderr = '';
    this.child = spawn(file, argv, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this.child);
    for (const name of ['stdout', 'stderr']) {
      this.child[name].setEncoding('utf8').on('data', (text) => (this[name] += text));
    }
    this.child.stdin.on('error', () => {}); // it may end before it has read all it is given
    /** Resolves when the process has ended and its output is complete; never rejects. */
    this.ended = new Promise((resolve) => {
      this.child.once('error', (cause) => (this.failure = cause.message));
      this.child.once('close', (code, signal) => {
        running.delete(this.child);
        resolve((this.exit = { code, signal }));
      });
    });
  }

  /** The first match of `pattern` in stdout; rejects when the process ends or `within` milliseconds pass without it. */
  async printed(pattern, within = PATIENCE) {
    const stop = AbortSignal.timeout(within);
    for (;;) {
      const found = this.stdout.match(pattern);
      if (found) return found;
      if (this.exit) throw new Error(`${this.title} ended without printing ${pattern}${this.report()}`);
      await Promise.race([once(this.child.stdout, 'data', { signal: stop }), this.ended]).catch((cause) => {
        throw new Error(`${this.title} did not print ${pattern} in ${within} ms${this.report()}`, { cause });
      });
    }
  }

  /** Asks it to end, and insists that it does within ten seconds. */
  async stop() {
    this.child.kill('SIGTERM');
    const patience = new AbortController();
    const late = pause(10_000, 'late', { signal: patience.signal }).catch(() => {});
    const first = await Promise.race([this.ended, late]);
    patience.abort();
    if (first !== 'late') return this.exit;
    await this.kill9();
    throw new Error(`${this.title} did not end within 10 s of SIGTERM${this.report()}`);
  }

  /** Ends it as a power cut would. */
  async kill9() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** The end of what it printed, for a failure's message. */
  report(lines = 20) {
    const tail = (text) => text.trimEnd().split('\n').slice(-lines).map((line) => `    ${line}`).join('\n');
    const how = this.exit ? `ended with ${this.exit.code ?? this.exit.signal}` : 'running';
    return `\n  [${this.title}: ${this.failure ?? how}]\n  stdout:\n${tail(this.stdout)}\n  stderr:\n${tail(this.stderr)}`;
  }
}

/** Runs a command of the binary to its end: `{ code, stdout, stderr }`. `input` becomes its standard input. */
export async function fangxin(argv, { input = '', env } = {}) {
  const program = new Program(BIN, argv, { env });
  program.child.stdin.end(input);
  const { code } = await program.ended;
  if (program.failure) throw new Error(`${BIN}: ${program.failure}`);
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** A program that answers HTTP. `restart` brings it back on the same data and the same port. */
export class Server {
  /** `command(listen)` gives `[file, argv]`; `owned` is a directory removed when the server stops. */
  constructor(command, { env, owned, within = PATIENCE } = {}) {
    Object.assign(this, { command, env, owned, within, listen: '127.0.0.1:0' });
  }

  async start() {
    const deadline = Date.now() + this.within;
    this.program = new Program(...this.command(this.listen), { env: this.env });
    [this.url] = await this.program.printed(ADDRESS, this.within);
    this.listen = new URL(this.url).host;
    await this.#answering(deadline);
    return this;
  }

  async #answering(deadline) {
    for (;;) {
      try {
        const answer = await fetch(this.url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
        await answer.body?.cancel();
        return;
      } catch (cause) {
        if (this.program.exit || Date.now() > deadline) {
          throw new Error(`${this.url} does not answer${this.program.report()}`, { cause });
        }
      }
      await pause(20);
    }
  }

  async kill9() {
    await this.program.kill9();
  }

  async restart() {
    if (!this.program.exit) await this.program.stop();
    return this.start();
  }

  async stop() {
    try {
      if (this.program && !this.program.exit) await this.program.stop();
    } finally {
      if (this.owned && !process.env.FANGXIN_KEEP) await rm(this.owned, { recursive: true, force: true });
    }
  }
}

async function fangxinServer(command, { data, database, like, args = [], env, within }) {
  const owned = data || database ? undefined : await mkdtemp(join(tmpdir(), 'fangxin-e2e-'));
  if (like && owned) await cp(like, owned, { recursive: true });
  const store = database ? ['--database', database] : ['--data', data ?? owned];
  const server = new Server((listen) => [BIN, [command, ...store, '--listen', listen, ...args]], { env, owned, within });
  server.data = data ?? owned;
  return server.start().catch(async (cause) => {
    await server.stop().catch(() => {});
    throw cause;
  });
}

/** `fangxin serve` on an empty store, or on `data` or `database` when given. */
export const serve = (options = {}) => fangxinServer('serve', options);
/**
 * `fangxin demo`: the demonstration locality with its cases. Sign-ins are in `server.program.stdout`.
 * `run.mjs` makes the demonstration once and names it in FANGXIN_DEMO; every server has a copy of its own.
 */
export const demo = (options = {}) => fangxinServer('demo', { like: process.env.FANGXIN_DEMO, args: ['--cases', '0'], ...options });

/** A server for all tests of a file: started before the first, stopped after the last. */
export function site(start) {
  const handle = {};
  before(async () => {
    handle.server = await start();
  });
  after(() => handle.server?.stop());
  return Object.defineProperty(handle, 'url', { get: () => handle.server.url });
}
