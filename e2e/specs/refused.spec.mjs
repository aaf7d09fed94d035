// A complaint that is not accepted: every ground of Article 16 with its form 6, and the other ways the person still has.
import assert from 'node:assert/strict';
import { browserTest, CHINESE, VIEWS } from '../lib/browser.mjs';
import { complaint, day, fill, Journey, moment } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });

const GROUNDS = {
  'NA-1': { reason: '物业收费不属于市场监管部门职责。', handed_to: '县住房和城乡建设局' },
  'NA-2': { body: 'court', reason: '县人民法院已于10月受理同一纠纷。' },
  'NA-3': { factor: ['quantity', 'repetition'], reason: '一次购买同款商品40件，明显超出生活消费。' },
  'NA-4': { reason: '2022年3月即知权益受损，已逾三年。' },
  'NA-5': { reason: '经要求仍未提供被投诉人地址。' },
  'NA-6': { reason: '逾期未提供身份证明材料。' },
  'NA-7': { reason: '法律、法规、规章规定的其他情形。' },
};

browserTest('a refusal is told in full, with the ways that remain', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = complaint();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const landed = await j.act('refuse', { ground: 'NA-2', ...GROUNDS['NA-2'] }, { lookAs: 'officer-refuse' });
  assert.match(landed, /\/tell\?matter=refusal&party=submitter/);
  await j.tell('refusal');
  await j.look('officer-refused');
  assert.match(await j.paper('refusal', 'form-6'), /不予受理/);
  await j.track(receipt);
  const decision = j.page.locator('.decision');
  assert.match(await decision.innerText(), /县人民法院已于10月受理同一纠纷/, 'the reason in full');
  assert.equal(await decision.locator('.note ol li').count(), 5, 'the five ways of 消法 39');
  await j.look('tracked-refused');
  assert.equal(await j.page.locator('a[href*="withdraw"]').count(), 0, 'there is nothing left to withdraw');
});

browserTest('every ground has its paper', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  const numbers = new Set();
  for (const [ground, values] of Object.entries(GROUNDS)) {
    const words = complaint();
    await j.fileQuietly(words);
    await j.handQuietly(words.respondent_name);
    if (ground === 'NA-6') {
      await j.act('correct', { correction: 'organ_receipt', at: moment(-6), reason: '邮寄材料11月到达，补录收到日期。' });
      await j.act('ask_identity', { by: day(-3), materials: '身份证复印件。', effective: moment(-5) });
    }
    await j.act('refuse', { ground, ...values });
    const paper = await j.paper('refusal', `form-6-${ground}`);
    const ticked = paper.match(/[☑☒✓]\s*（(.)）/g) ?? [];
    assert.deepEqual(ticked.map((t) => t.at(-2)), ['一二三四五六七'[ground.at(-1) - 1]], `form 6 ticks ${ground} of seven:\n${paper}`);
    assert.equal(paper.match(/（[一二三四五六七]）/g).length, 7, 'all seven grounds are printed');
    const number = paper.match(/\S*〔\d{4}〕\S*号/)?.[0];
    assert.ok(number, `form 6 of ${ground} has a document number:\n${paper}`);
    numbers.add(number);
    await j.actQuietly('tell', { matter: 'refusal', party: 'submitter', method: 'phone' });
  }
  assert.equal(numbers.size, Object.keys(GROUNDS).length, 'each paper has its own number');
  const drawn = [...numbers].map((n) => Number(n.match(/(\d+)\D*号$/)[1])).sort((a, b) => a - b);
  drawn.forEach((n, i) => assert.ok(i === 0 || n === drawn[i - 1] + 1, `numbers without gaps: ${drawn}`));
});

browserTest('a ground that does not hold is refused with its reason', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const before = await j.happened();
  for (const [ground, reason] of [['NA-2', '说是已经处理过。'], ['NA-6', '没有提供身份证明。']]) {
    await j.open();
    const form = await j.ask('refuse');
    await fill(form, { ground, reason });
    assert.equal(await j.press(form.locator('button.act')), 409);
    assert.ok((await j.page.locator('#errors li').first().innerText()).length > 6, `a sentence says why ${ground} does not hold`);
    assert.equal(await j.page.locator('[name="reason"]').inputValue(), reason);
  }
  await j.look('officer-ground-does-not-hold');
  await j.open();
  assert.equal(await j.happened(), before, 'nothing has changed');
});
