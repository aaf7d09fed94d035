// Runs the specs named on the command line, two at a time; the demonstration they begin with is made once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from './lib/program.mjs';

const made = await mkdtemp(join(tmpdir(), 'fangxin-demo-'));
try {
  await (await demo({ data: made })).stop();
  const argv = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...process.argv.slice(2)];
  const tests = spawn(process.execPath, argv, { stdio: 'inherit', env: { ...process.env, FANGXIN_DEMO: made } });
  [process.exitCode] = await once(tests, 'exit');
  process.exitCode ??= 1; // ended by a signal
} finally {
  await rm(made, { recursive: true, force: true });
}
