// Identity papers asked for by form 4: shown and accepted, or not shown and refused.
import assert from 'node:assert/strict';
import { browserTest } from '../lib/browser.mjs';
import { complaint, day, Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('identity papers are asked for, told, shown; the complaint is accepted', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const words = complaint();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  assert.ok(!(await j.offered()).includes('prove_identity'), 'nothing was asked for yet');
  await j.act('ask_identity', { by: day(2), materials: '身份证正反面照片，购物小票。' }, { lookAs: 'officer-ask-identity' });
  const paper = await j.paper('identity_notice', 'form-4');
  assert.match(paper, /身份证明/);
  assert.match(paper, /购物小票/);
  await j.tell('identity_notice');
  assert.ok(!(await j.offered()).includes('ask_identity'), 'it is asked for once');
  await j.look('officer-identity-asked');
  await j.track(receipt);
  assert.match(await j.page.locator('main').innerText(), /购物小票/, 'the person reads what to bring');
  await j.look('tracked-identity-asked');
  await j.as('officer');
  await j.act('prove_identity');
  await j.act('accept');
  await j.track(receipt);
  await j.look('tracked-identity-proved');
});
