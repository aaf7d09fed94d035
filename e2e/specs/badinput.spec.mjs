// What people type wrongly, cleverly or twice: a clear sentence, what was typed is kept, nothing changes.
import assert from 'node:assert/strict';
import { browserTest, CHINESE } from '../lib/browser.mjs';
import { complaint, day, fill, Journey, people, unique } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });
const RARE = '㛃䶮𬭎👩‍👩‍👧🐉';

/** The fields the summary of mistakes names. */
const named = (j) => j.page.locator('#errors li a').evaluateAll((all) => all.map((a) => a.getAttribute('href').replace('#f-', '')));

browserTest('an empty form says what is missing, field by field', { site: town }, async (given) => {
  const j = walk(given);
  await j.goto('/file');
  assert.equal(await j.press(j.page.locator('form[action="/file"] button.key')), 422);
  const missing = await named(j);
  for (const name of ['narrative', 'respondent_name', 'respondent_address', 'ask']) assert.ok(missing.includes(name), `${name} is missing`);
  await j.look('file-what-empty');
  await j.page.locator('#errors li a').first().click();
  assert.equal(await j.page.evaluate(() => document.activeElement.id), `f-${missing[0]}`, 'the sentence leads to its field');

  const words = complaint();
  await j.say(words);
  await j.introduce({ narrative: words.narrative });
  assert.equal(await j.press(j.page.locator('button[value="send"]')), 422);
  for (const name of ['name', 'phone', 'address']) assert.ok((await named(j)).includes(name), `${name} is missing`);
  await j.look('file-who-empty');
  await fill(j.page.locator('form[action="/file/contact"]'), { name: words.name, phone: '12', address: words.address });
  assert.equal(await j.press(j.page.locator('button[value="send"]')), 422);
  assert.deepEqual(await named(j), ['phone']);
  assert.equal(await j.page.locator('[name="phone"]').inputValue(), '12', 'what was typed is kept');
  assert.equal(await j.page.locator('[name="name"]').inputValue(), words.name);
});

browserTest('absurd money is named and kept', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  for (const amount of ['-5', 'abc', '1e9', '99999999999999999999', '12.345', '１２元八']) {
    const words = complaint({ amount });
    await j.say(words);
    assert.equal(await j.press(j.page.locator('form[action="/file"] button.key')), 422, amount);
    assert.deepEqual(await named(j), ['amount'], amount);
    assert.equal(await j.page.locator('[name="amount"]').inputValue(), amount);
    assert.equal(await j.page.locator('[name="narrative"]').inputValue(), words.narrative, 'everything else is kept');
    assert.ok(await j.page.locator('[name="ask"][value="refund"]').isChecked());
  }
  await j.look('file-what-money');
  await fill(j.page.locator('form[action="/file"]'), { amount: '１２９．５' });
  await j.press(j.page.locator('form[action="/file"] button.key'));
  await j.fine('full-width digits are money');
});

browserTest('rare characters and markup come back as they were typed', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  j.page.on('dialog', (dialog) => assert.fail(`a script ran: ${dialog.message()}`));
  const tag = unique('x');
  const nasty = `<script>alert(1)</script>'; DROP TABLE cases;-- " onmouseover="alert(2) =HYPERLINK("http://e.invalid") {{7*7}} %_\\`;
  const shop = `${RARE}<b>${tag}</b>'"&amp;`;
  const words = complaint({ narrative: `${RARE} ${nasty}`, respondent_name: shop, name: '㛃䶮𬭎', address: `${RARE}${nasty}`.slice(0, 200) });
  await j.say(words);
  await j.introduce(words);
  await j.page.locator('details summary').last().click();
  assert.ok((await j.page.locator('details dl').innerText()).includes(nasty), 'shown as text');
  await j.look('file-who-nasty');
  await j.press(j.page.locator('button[value="send"]'));
  await j.fine('second screen');
  const receipt = await j.receipt();
  await j.track(receipt);
  assert.ok((await j.page.locator('main').innerText()).includes(RARE), 'the tracking page shows rare characters');
  await j.as('clerk');
  await j.find('/desk/queue', tag);
  assert.equal(await j.page.locator('tr b b, tr th b').count(), 0, 'no markup came through');
  await j.look('clerk-queue-nasty');
  await j.open();
  const page = await j.page.locator('main').innerText();
  assert.ok(page.includes(nasty) && page.includes(RARE), 'the desk reads it as it was typed');
  await j.look('clerk-case-nasty');
  const paper = await j.paper('complaint', 'form-1-nasty');
  assert.ok(paper.includes(RARE) && paper.includes('㛃䶮𬭎'), 'the paper too');
  for (const q of ['%', '_', "'", '"', '\\', '𬭎', '*', 'x OR 1=1']) {
    assert.equal(await j.goto(`/desk/search?q=${encodeURIComponent(q)}`), 200, `search for ${q}`);
    assert.equal(await j.page.locator('#q').inputValue(), q);
  }
});

browserTest('text that is too long is kept and refused', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.say(words);
  const long = '长'.repeat(20_001);
  await j.page.locator('[name="narrative"]').evaluate((node, text) => {
    node.removeAttribute('maxlength');
    node.value = text;
  }, long);
  assert.equal(await j.press(j.page.locator('form[action="/file"] button.key')), 422);
  assert.deepEqual(await named(j), ['narrative']);
  assert.equal((await j.page.locator('[name="narrative"]').inputValue()).length, long.length, 'all of it is kept');
  assert.equal(await j.page.locator('[name="respondent_name"]').inputValue(), words.respondent_name);
});

browserTest('files of the wrong type are refused, the rest is kept', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  for (const [name, mimeType, body] of [
    ['病毒.exe', 'image/png', 'MZ\x90\0\x03\0\0\0'],
    ['页面.png', 'image/png', '<!doctype html><script>alert(1)</script>'],
    ['图.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['空.png', 'image/png', ''],
  ]) {
    const words = complaint({ evidence: { name, mimeType, buffer: Buffer.from(body, 'latin1') } });
    await j.say(words);
    const status = await j.press(j.page.locator('form[action="/file"] button.key'));
    if (!body) continue; // an empty file is nothing sent
    assert.equal(status, 422, name);
    assert.deepEqual(await named(j), ['evidence'], name);
    assert.equal(await j.page.locator('[name="narrative"]').inputValue(), words.narrative);
  }
  await j.look('file-what-wrong-type');
});

for (const [how, context, views] of [['', {}, CHINESE], [' without scripts', { javaScriptEnabled: false }, CHINESE.slice(0, 1)]]) {
  browserTest(`sent twice${how}, there is one receipt`, { site: town, views, context }, async (given) => {
    const j = walk(given);
    const words = complaint();
    await j.say(words);
    await j.introduce(words);
    const form = j.page.locator('form[action="/file/contact"]');
    const sent = await form.evaluate((node) => [...new FormData(node)]);
    await form.locator('button[value="send"]').dblclick();
    await j.page.waitForURL('**/receipt*');
    const first = await j.receipt();
    const again = await j.page.request.post(j.url('/file/contact'), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      data: new URLSearchParams([...sent, ['go', 'send']]).toString(),
    });
    assert.ok((await again.text()).includes(first.number), 'sent again from the history: the same receipt');
    await j.as('clerk');
    await j.find('/desk/queue', words.respondent_name); // once
  });
}

browserTest('a session that ends in mid-form costs nothing that was typed', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const before = await j.happened();
  const form = await j.ask('refuse');
  const reason = `写了半小时的理由，${RARE}，不能丢。`;
  await fill(form, { ground: 'NA-7', reason });
  await j.context.clearCookies({ name: 'fx-session' });
  await j.press(form.locator('button.act'));
  assert.ok(await j.page.locator('form[action="/desk/sign-in"]').isVisible(), 'signing in again is asked for');
  await j.look('session-ended');
  await j.signIn(people(town).officer);
  if (!(await j.page.locator('[name="reason"]:visible').count())) {
    await j.look('session-resume');
    await j.press(j.page.locator('main form button').first());
  }
  assert.equal(await j.page.locator('textarea[name="reason"]').inputValue(), reason, 'the form is back as it was');
  await j.look('session-resumed');
  await j.open();
  assert.equal(await j.happened(), before, 'and nothing was done');
});

browserTest('two officers at once: the second is told', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const form = await j.ask('refuse');
  const reason = '第二位承办人写的理由。';
  await fill(form, { ground: 'NA-7', reason });
  const other = new Journey({ ...given, site: town, page: await j.context.newPage() });
  other.case = j.case;
  await other.act('accept');
  assert.equal(await j.press(form.locator('button.act')), 409);
  assert.ok((await j.page.locator('#errors li').innerText()).length > 8, 'a sentence says that the case has moved on');
  assert.equal(await j.page.locator('textarea[name="reason"]').inputValue(), reason, 'what was typed is kept');
  await j.look('officer-stale');
  const paper = await other.paper('acceptance');
  assert.match(paper, /受理/);
  await j.open();
  assert.equal(await j.page.locator('aside a[href$="/paper/refusal"]').count(), 0, 'nothing was refused');
});

browserTest('a double click at the desk acts once', { site: town, views: CHINESE.slice(1), context: { javaScriptEnabled: false } }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const form = await j.ask('accept');
  const address = await form.getAttribute('action');
  const sent = await form.evaluate((node) => [...new FormData(node)]);
  await form.locator('button.act').dblclick();
  await j.page.waitForURL('**/tell?*');
  const again = await j.page.request.post(j.url(address), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    data: new URLSearchParams(sent).toString(),
  });
  assert.equal(again.status(), 200, 'sent again from the history: it is done already');
  assert.equal(await j.goto(address), 409, 'a new one is not offered');
  assert.ok((await j.page.locator('main [role="alert"]').innerText()).length > 5);
  await j.open();
  const papers = await j.page.locator('aside a[href$="/paper/acceptance"]').count();
  assert.equal(papers, 1, 'one decision, one number');
});

browserTest('an action that is not allowed now, a case of another unit, a guessed address', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.as('clerk');
  const path = await j.find('/desk/queue', words.respondent_name);
  assert.equal(await j.goto(`${path}/close`), 409, 'closing now is explained');
  assert.ok((await j.page.locator('main [role="alert"]').innerText()).length > 5);
  await j.look('clerk-not-now');
  await j.as('officer');
  assert.equal(await j.goto(path), 404, 'a case of another unit is not there');
  await j.look('officer-404');
  for (const guess of ['/desk/case/aaaaaaaaaaaaaaaa', '/desk/case/1', `${path}/lapse`, `${path}/nonsense`, '/desk/people', '/desk/access', '/nonsense']) {
    assert.equal(await j.goto(guess), 404, guess);
  }
});

browserTest('days that cannot be', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  for (const by of [day(-1), day(400), '0001-01-01']) {
    await j.open();
    const form = await j.ask('ask_identity');
    await fill(form, { by, materials: '身份证复印件。' });
    assert.ok((await j.press(form.locator('button.act'))) >= 400, by);
    assert.ok(await j.page.locator('#errors li').count(), by);
    assert.equal(await j.page.locator('[name="by"]').inputValue(), by);
    assert.equal(await j.page.locator('[name="materials"]').inputValue(), '身份证复印件。');
  }
});

browserTest('a wrong code is refused, and too many are stopped', { site: town, views: CHINESE.slice(0, 1) }, async (given) => {
  const j = walk(given);
  const receipt = await j.fileQuietly(complaint());
  const statuses = [];
  for (let i = 0; i < 12; i += 1) {
    statuses.push(await j.track({ number: receipt.number, code: `WRNG-CDE${i}` }));
    if (statuses.at(-1) === 429) break;
    assert.equal(await j.page.locator('[name="receipt"]').inputValue(), receipt.number, 'the number is kept');
    assert.ok(await j.page.locator('#errors').isVisible());
    if (i === 0) await j.look('track-wrong');
  }
  assert.equal(statuses[0], 422);
  assert.equal(statuses.at(-1), 429, statuses.join(' '));
  await j.look('track-throttled');
  assert.equal(await j.track(receipt), 429, 'the right code waits too');
});

browserTest('a wrong password is refused, and too many are stopped', { site: town, views: CHINESE.slice(0, 1) }, async (given) => {
  const j = walk(given);
  const { login } = people(town).supervisor;
  await j.goto('/desk/sign-in');
  let status;
  for (let i = 0; i < 30 && status !== 429; i += 1) {
    await fill(j.page.locator('form[action="/desk/sign-in"]'), { login, password: `wrong-${i}` });
    status = await j.press(j.page.locator('form[action="/desk/sign-in"] button.act'));
    assert.ok([422, 429].includes(status), `${status}`);
    assert.ok(await j.page.locator('#errors').isVisible());
    if (i === 0) await j.look('sign-in-wrong');
  }
  assert.equal(status, 429);
  await j.look('sign-in-locked');
});
