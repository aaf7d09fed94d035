// What a person has beside filing and waiting: a draft that outlives a lost connection, a place without a map, questions answered, a word
// after closing, who has looked; in the third language too.
import assert from 'node:assert/strict';
import { browserTest, DESK, DIAGONAL, PHONE } from '../lib/browser.mjs';
import { complaint, fill, Journey, PICTURE } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });
const TRADITIONAL = [{ width: PHONE, locale: 'zh-TW' }, { width: DESK, locale: 'zh-TW' }];
const here = { permissions: ['geolocation'], geolocation: { latitude: 29.123456, longitude: 120.123456 } };
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('fangxin')));

browserTest('a draft outlives a lost connection and is sent once', { site: town, views: [...DIAGONAL, ...TRADITIONAL], context: here }, async (given) => {
  const j = walk(given);
  const { page, context } = j;
  const words = complaint();
  await j.say(words);
  await page.locator('details.more > summary').click();
  await fill(page.locator('form[action="/file"]'), { order_number: 'ORD-1', platform: '某某购' });
  await page.locator('[data-locate]').click();
  await page.waitForFunction(() => document.querySelector('#f-point').value === '120.123456,29.123456');
  await page.waitForFunction(() => localStorage.getItem('fangxin-what')?.includes('120.123456'));
  const nonce = await page.inputValue('[name=nonce]');

  await j.goto('/file'); // the page was closed and opened again
  assert.equal(await page.inputValue('[name=nonce]'), nonce, 'the same mark, so the same receipt');
  assert.equal(await page.inputValue('#f-order_number'), 'ORD-1');
  assert.ok(await page.locator('details.more').evaluate((fold) => fold.open), 'what was typed is seen');
  await context.setOffline(true);
  await page.locator('form[action="/file"] button.key').click();
  await page.locator('[data-offline-note]').waitFor();
  await j.look('offline');
  await context.setOffline(false);
  await j.introduce({ name: words.name, phone: words.phone, address: words.address });
  await page.locator('details.more.named:has([name=agent_name]) > summary').click();
  await fill(page.locator('form[action="/file/contact"]'), { agent_name: '李四', agent_phone: '13900000009', agent_powers: 'special', joint: '3' });
  await j.look('for-whom');
  await j.press(page.locator('form[action="/file/contact"] button[value="send"]'));
  await j.fine('second screen');
  await j.look('receipt');
  assert.deepEqual(await kept(page), [], 'nothing of it stays on the device');
});

browserTest('an old draft is forgotten', { site: town, views: DIAGONAL.slice(0, 1) }, async (given) => {
  const j = walk(given);
  await j.goto('/file');
  await j.page.evaluate(() => localStorage.setItem('fangxin-what', JSON.stringify({ values: { narrative: ['旧'] }, at: '09:00', on: Date.now() - 8 * 864e5 })));
  await j.goto('/file');
  assert.equal(await j.page.inputValue('#f-narrative'), '');
  assert.deepEqual(await kept(j.page), []);
});

browserTest('a consumer, from filing with a photo to asking again', { site: town, views: [...DIAGONAL, ...TRADITIONAL] }, async (given) => {
  const j = walk(given);
  const { page } = j;
  const words = complaint({ evidence: PICTURE });
  const receipt = await j.file(words);
  assert.equal(await j.track(receipt, words.phone), 200);
  const photo = page.locator('a[href^="/track/evidence/"]').first();
  assert.equal((await photo.innerText()).trim(), PICTURE.name, 'the photo is with the case');
  const kind = await page.evaluate(async (href) => (await fetch(href)).headers.get('content-type'), await photo.getAttribute('href'));
  assert.match(kind, /^image\/(jpeg|png)$/, 'and is looked at as a picture');
  await j.look('tracked');
  await j.handQuietly(words.respondent_name);
  await j.actQuietly('ask', { question: '请问有购买小票吗？' });
  await j.track(receipt);
  await j.look('asked');
  const answer = page.locator('form[action^="/track/reply/"]');
  await j.press(answer.locator('button.act'));
  assert.ok(await page.locator('#errors').isVisible(), 'an empty answer is told');
  await answer.locator('textarea').fill('有，已经上传。');
  await j.press(answer.locator('button.act'));
  await j.fine('reply');
  assert.equal(await answer.count(), 0, 'it is answered');
  await page.locator('details', { has: page.locator('form[action^="/track/mode/"]') }).locator('summary').click();
  await page.locator('form[action^="/track/mode/"] [value="video"]').check();
  await j.press(page.locator('form[action^="/track/mode/"] button.act'));
  await j.fine('mode');
  await page.locator('article details.card').last().locator('summary').click();
  assert.ok((await page.locator('article details.card').last().locator('li').count()) > 0, 'the office has looked');
  await j.look('who-has-looked');

  await j.as('officer');
  await j.actQuietly('refuse', { ground: 'NA-3', factor: 'no_purchase', reason: '不是为生活消费需要。' });
  await j.actQuietly('tell', { matter: 'refusal', party: 'submitter', method: 'phone', proof: '已电话告知。' });
  await j.track(receipt);
  const rate = page.locator('form[action^="/track/rate/"]');
  await rate.locator('[value="dissatisfied"]').check();
  await j.press(rate.locator('button.act'));
  await j.fine('rate');
  const again = page.locator('form[action^="/track/again/"]');
  await page.locator('details', { has: again }).locator('summary').click();
  await again.locator('textarea').fill('确是自家用的。');
  await j.look('after-closing');
  await j.press(again.locator('button.act'));
  await j.fine('again');
  assert.equal(await again.count(), 0, 'it is asked');
});

browserTest('what to expect', { site: town, views: [...DIAGONAL, ...TRADITIONAL] }, async (given) => {
  const j = walk(given);
  await j.goto('/');
  await j.press(j.page.locator('a[href="/expect"]'));
  await j.look('expect');
});
