// A second step at sign-in with an authenticator, a key for another system that hands in with it, health, the map of keys: as people use them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { browserTest, CHINESE } from '../lib/browser.mjs';
import { fill, Journey, people, unique } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

/** RFC 6238 as an authenticator does it, `later` steps from now. */
function totp(secret, later = 0) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

browserTest('a second step is set up, asked for and given up', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const who = people(town)[given.view.width !== 1440 ? 'officer' : 'lead'];
  const send = () => j.press(j.page.locator('main form button.act').first());
  await j.signIn(who);
  await j.goto('/desk/account/second');
  await j.look('set-up');
  const secret = await j.page.locator('[name=secret]').inputValue();
  assert.equal((await j.page.locator('#second-key').innerText()).replaceAll(' ', ''), secret, 'what is typed is what is scanned');
  assert.equal(await send(), 422, 'nothing was filled');
  await j.look('set-up-wrong');
  assert.equal(await j.page.locator('[name=secret]').inputValue(), secret, 'the same secret is shown again');
  await fill(j.page.locator('main form'), { password: who.password, otp: totp(secret) });
  await send();
  const codes = await j.page.locator('#codes li').allInnerTexts();
  assert.equal(codes.length, 10);
  await j.look('codes');

  await j.context.clearCookies();
  await j.goto('/desk/sign-in?next=/desk/today');
  await fill(j.page.locator('form[action="/desk/sign-in"]'), who);
  await send();
  await j.look('ask');
  await fill(j.page.locator('form[action="/desk/sign-in/second"]'), { otp: '000000' });
  assert.equal(await send(), 422);
  await j.look('ask-wrong');
  // A telephone that runs half a minute ahead; the step of before is used up.
  await fill(j.page.locator('form[action="/desk/sign-in/second"]'), { otp: totp(secret, 1) });
  await send();
  assert.equal(new URL(j.page.url()).pathname, '/desk/today');

  await j.goto('/desk/account/second');
  await j.look('on');
  const form = j.page.locator('form[action="/desk/account/second/remove"]');
  await fill(form, { password: who.password, last_otp: codes[0].toLowerCase() });
  await j.press(form.locator('button.danger'));
  await j.fine('giving it up by a recovery code');
  assert.equal(new URL(j.page.url()).pathname, '/desk/account');
  await j.look('given-up');
});

browserTest('another system gets a key and hands in with it', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.as('security_admin');
  await j.goto('/desk/channels');
  const form = j.page.locator('form[action="/desk/channels"]');
  if (!(await form.isVisible())) await j.page.locator('details.add > summary').click();
  assert.equal(await j.press(form.locator('button.act')), 422);
  await j.look('key-wrong');
  const series = `hotline-${given.view.width}`;
  await fill(form, { key_name: '12345 政务服务便民热线', key_channel: 'hotline', key_series: series });
  await j.press(form.locator('button.act'));
  const key = (await j.page.locator('#once').innerText()).trim();
  await j.look('key-new');
  const name = unique('顺意家电行');
  const sent = await fetch(j.url('/api/v1/submissions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'idempotency-key': `SQ-${given.view.width}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ask: ['refund'], narrative: '买的电饭煲用了两次就不通电，不退也不修。', respondent_name: name, respondent_address: '解放路18号', name: '林秀英', phone: '13800138000', address: '桂花巷3号' }),
  });
  assert.equal(sent.status, 201, await sent.text());
  await j.goto('/desk/channels');
  await j.look('keys');
  await j.as('clerk');
  await j.find('/desk/queue', name);
});

browserTest('health and sign-ins as their administrators see them', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.as('system_admin');
  await j.goto('/desk/health');
  assert.ok((await j.page.locator('tbody tr').count()) > 8);
  await j.look('health');
  await j.as('security_admin');
  await j.goto('/desk/second');
  await j.look('who-has-it');
  await j.press(j.page.locator('tbody a').first());
  await j.look('sign-ins');
});

browserTest('keys do nothing while one types, and can be switched off', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = j;
  await j.as('clerk');
  await j.goto('/desk/queue');
  await page.locator('input[name=q]').focus();
  await page.keyboard.type('?jn/');
  assert.equal(await page.locator('input[name=q]').inputValue(), '?jn/');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  await page.locator('dialog#keys[open]').waitFor();
  await j.look('map');
  await page.keyboard.press('Escape');
  await j.goto('/desk/keys');
  await j.press(page.locator('a[href^="/prefs?keys=0"]'));
  await j.look('off');
  await j.goto('/desk/queue');
  await page.keyboard.press('?');
  await page.keyboard.press('n');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.equal(new URL(page.url()).pathname, '/desk/queue');
  await j.goto('/desk/keys');
  await j.press(page.locator('a[href^="/prefs?keys=1"]'));
  await j.goto('/desk/queue');
  const loaded = page.waitForEvent('load');
  await page.keyboard.press('n');
  await loaded;
  assert.equal(new URL(page.url()).pathname, '/desk/new');
});
