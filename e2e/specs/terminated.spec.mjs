// Mediation without agreement: terminated on its grounds, form 8, told to both sides.
import assert from 'node:assert/strict';
import { browserTest, CHINESE, VIEWS } from '../lib/browser.mjs';
import { complaint, Journey, moment } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });

async function mediating(j, words = complaint()) {
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.mediateQuietly();
  return receipt;
}

browserTest('mediation is terminated and both sides are told', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const receipt = await mediating(j);
  const reason = '商家两次经通知无正当理由未到场。';
  const landed = await j.act('terminate', { termination: 'TM-2', party: 'respondent', conduct: 'absent', reason }, { lookAs: 'officer-terminate' });
  assert.match(landed, /\/tell\?matter=termination/);
  assert.ok(!(await j.offered()).includes('close'), 'nobody closes before both have been told');
  const paper = await j.paper('termination', 'form-8');
  assert.match(paper, /终止调解/);
  assert.match(paper, /☑（二）/, 'its ground is ticked among the eight');
  await j.tell('termination', 'submitter');
  assert.ok(!(await j.offered()).includes('close'), 'the other side is still to be told');
  await j.tell('termination', 'respondent', 'letter');
  await j.act('close', { outcome: 'terminated' });
  await j.look('officer-terminated');
  await j.track(receipt);
  assert.match(await j.page.locator('.decision').first().innerText(), /\S/);
  assert.match(await j.page.locator('main').innerText(), new RegExp(reason), 'the person reads why');
  assert.ok(await j.page.locator('.decision .note ol li').count(), 'and the ways that remain');
  await j.look('tracked-terminated');
});

browserTest('mediation ends when sixty days have passed', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.act('correct', { correction: 'organ_receipt', at: moment(-80), reason: '材料积压，补录收到日期。' });
  await j.act('accept', { effective: moment(-75) });
  await j.tell('acceptance');
  await j.look('officer-limit-passed');
  await j.act('terminate', { termination: 'TM-5', reason: '六十日内未达成协议。' });
  assert.match(await j.paper('termination', 'form-8-limit'), /☑（五）/);
});

browserTest('testing stops the clock and starts it again', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  await mediating(j);
  const today = moment().slice(0, 10);
  await j.act('testing_out', { institution: '清河县产品质量检验所', on: today }, { lookAs: 'officer-testing-out' });
  await j.look('officer-suspended');
  assert.ok(!(await j.offered()).includes('agree'), 'nothing is settled while the result is out');
  await j.act('testing_back', { on: today, result: '样品绝缘电阻不合格。' }, { lookAs: 'officer-testing-back' });
  assert.ok((await j.offered()).includes('agree'));
});

browserTest('a clue found in mediation becomes a report of its own', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await mediating(j, words);
  await j.act('find_clue', { what: '店内同批次电饭煲均无强制认证标志。' }, { lookAs: 'officer-find-clue' });
  await j.as('clerk');
  await j.find('/desk/queue?kind=report&channel=clue', words.respondent_name);
  await j.open();
  assert.match(await j.page.locator('main').innerText(), /强制认证标志/);
  assert.equal(await j.page.locator('#parties form').count(), 0, 'it has no reporter');
});

browserTest('a recusal is asked for and decided', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  await mediating(j);
  await j.act('ask_recusal', { party: 'submitter', reason: '承办人与店主是亲戚。' }, { lookAs: 'officer-ask-recusal' });
  assert.ok(!(await j.offered()).includes('agree'), 'first it is decided');
  await j.act('decide_recusal', { granted: 'no' }, { lookAs: 'officer-decide-recusal' });
  assert.ok((await j.offered()).includes('agree'));
});
