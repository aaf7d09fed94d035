// Runs the specs named on the command line, two at a time; the demonstration they begin with is made once, and what looks the same to axe is
// asked once. FANGXIN_SHOTS=1 takes a picture of every page looked at, in e2e/shots; what fails is always pictured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from './lib/program.mjs';

const made = await mkdtemp(join(tmpdir(), 'fangxin-demo-'));
const passed = await mkdtemp(join(tmpdir(), 'fangxin-passed-')); // marks of what axe has passed, for all processes
try {
  await (await demo({ data: made })).stop();
  const argv = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...process.argv.slice(2)];
  const tests = spawn(process.execPath, argv, { stdio: 'inherit', env: { ...process.env, FANGXIN_DEMO: made, FANGXIN_PASSED: passed } });
  [process.exitCode] = await once(tests, 'exit');
  process.exitCode ??= 1; // ended by a signal
} finally {
  for (const owned of [made, passed]) await rm(owned, { recursive: true, force: true });
}
