// A complaint from the form to its closing, followed by the person who made it; the form with few inputs, few bytes, no scripts.
import assert from 'node:assert/strict';
import { browserTest, CHINESE, VIEWS } from '../lib/browser.mjs';
import { complaint, fill, Journey, PICTURE } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });

browserTest('a complaint needs nine inputs on two screens', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = complaint();
  await j.goto('/');
  await j.look('home');
  await j.say(words);
  await j.look('file-what');
  await j.introduce(words);
  await j.look('file-who');
  await j.press(j.page.locator('button[value="send"]'));
  await j.fine('second screen');
  const receipt = await j.receipt();
  assert.ok(j.inputs <= 9, `${j.inputs} inputs`);
  assert.ok(j.screens <= 2, `${j.screens} screens`);
  assert.match(receipt.number, /^[0-9A-Z]{4}(-[0-9A-Z]+)+$/);
  assert.match(receipt.code, /^[0-9A-Z]{4,}(-[0-9A-Z]{4,})*$/);
  assert.ok(await j.page.locator('figure.qr svg').isVisible(), 'a QR code leads to the tracking page');
  assert.ok((await j.page.locator('ol.dates li').count()) >= 2, 'the dates to expect');
  await j.look('receipt');
  await j.page.emulateMedia({ media: 'print' });
  assert.ok(await j.page.locator('#code').isVisible(), 'the code is printed');
  assert.equal((await j.page.pdf({ format: 'A4' })).subarray(0, 5).toString(), '%PDF-');
  await j.page.emulateMedia({ media: null });

  assert.equal(await j.track(receipt), 200);
  assert.ok((await j.page.locator('.next .when').first().innerText()).trim(), 'the next date');
  await j.page.locator('.next details summary').first().click();
  assert.ok(await j.page.locator('.next .proof').first().isVisible(), 'the date is proved day by day');
  await j.look('tracked');
  assert.equal(await j.track(receipt, words.phone), 200);
  assert.match(await j.page.locator('main').innerText(), new RegExp(receipt.number), 'the phone opens it too');
});

browserTest('a complaint is sent, accepted, told, mediated, agreed and closed', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = complaint({ evidence: PICTURE, amount: '299.00' });
  const receipt = await j.file(words);
  let seen = 0;
  const consumerSees = async (what) => {
    await j.track(receipt);
    const now = await j.happened();
    assert.ok(now > seen, `the tracking page has a line for: ${what}`);
    seen = now;
  };
  await consumerSees('received');
  await j.hand(words.respondent_name, { look: true });
  await consumerSees('sent and opened');

  await j.as('officer');
  await j.open();
  assert.match(await j.page.locator('main').innerText(), /电饭煲/, 'the officer reads what happened');
  assert.ok(!(await j.page.locator('#parties').innerText()).includes(words.phone), 'the phone is masked');
  await j.page.locator('#parties form button').nth(1).click();
  await j.page.locator('#parties', { hasText: words.phone }).waitFor();

  const landed = await j.act('accept', {}, { lookAs: 'officer-accept' });
  assert.match(landed, /\/tell\?matter=acceptance&party=submitter/, 'after accepting comes the telling');
  await j.goto(landed);
  assert.ok(await j.page.locator('[name="matter"][value="acceptance"]').isChecked());
  assert.ok(await j.page.locator('[name="party"][value="submitter"]').isChecked());
  await j.look('officer-tell');
  await j.tell('acceptance');
  await consumerSees('accepted');
  assert.ok(await j.page.locator('.decision').first().isVisible(), 'the decision in full');
  await j.look('tracked-accepted');

  await j.as('officer');
  const paper = await j.paper('acceptance', 'form-5');
  assert.match(paper, /投诉受理/);
  assert.match(paper, /林秀英/);
  const registration = await j.paper('complaint', 'form-1');
  assert.match(registration, /电饭煲/);
  await j.open();
  await j.act('consent', { party: 'respondent', consent: 'mediation', given: 'yes' }, { lookAs: 'officer-consent' });
  await j.act('mediate', { mode: 'phone' }, { lookAs: 'officer-mediate' });
  await j.act('agree', { terms: '店家退还货款299元，当场付清。', amount: '299', performed: true }, { lookAs: 'officer-agree' });
  await j.act('close', { outcome: 'agreed', level: 'shop', recovered: '299' }, { lookAs: 'officer-close' });
  assert.deepEqual(await j.page.locator('.acts a[href$="/accept"]').count(), 0, 'a closed case is not accepted again');
  await j.look('officer-closed');
  await consumerSees('closed');
  assert.match(await j.page.locator('main').innerText(), /299/, 'the agreement with its amount');
  await j.look('tracked-closed');
});

browserTest('evidence is added from the tracking page and downloaded at the desk', { site: town, views: CHINESE }, async (given) => {
  const j = walk(given);
  const words = complaint();
  const receipt = await j.file(words);
  await j.track(receipt);
  const form = j.page.locator('form[enctype="multipart/form-data"]');
  await fill(form, { evidence: PICTURE });
  await j.press(form.locator('button.act'));
  await j.fine('evidence');
  assert.match(await j.page.locator('ul.files').first().innerText(), /小票/);
  await j.look('tracked-evidence');
  await j.as('clerk');
  await j.find('/desk/queue', words.respondent_name);
  await j.open();
  // A picture is shown written anew; what was sent is behind the link beside it.
  const link = j.page.locator('ul.files a[download]').first();
  const answer = await j.page.request.get(j.url(await link.getAttribute('href')));
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()['content-security-policy'], /sandbox/);
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff');
  assert.deepEqual(await answer.body(), PICTURE.buffer);
});

browserTest('everything works without scripts', { site: town, views: CHINESE, context: { javaScriptEnabled: false } }, async (given) => {
  const j = walk(given);
  const words = complaint({ evidence: PICTURE });
  const receipt = await j.file(words);
  assert.equal(await j.page.locator('.needs-js:visible').count(), 0, 'no button that would do nothing');
  await j.look('no-script-receipt');
  await j.track(receipt);
  assert.equal(await j.happened() > 0, true);
  await j.look('no-script-tracked');
  await j.hand(words.respondent_name);
  await j.mediate();
  await j.act('agree', { terms: '换一台新的。', performed: true });
  await j.act('close', { outcome: 'agreed', level: 'station' });
  await j.look('no-script-closed');
  await j.track(receipt);
  await j.look('no-script-tracked-closed');
});

for (const path of ['/', '/file', '/track']) {
  browserTest(`the first visit to ${path} weighs at most 60 KB`, { site: town, views: CHINESE }, async ({ page, url }) => {
    const answers = [];
    page.on('requestfinished', (request) => answers.push(request.sizes().then((s) => [request.url(), s.responseBodySize + s.responseHeadersSize])));
    await page.goto(url(path), { waitUntil: 'networkidle' });
    const sizes = await Promise.all(answers);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(sizes.length >= 3, 'page, style and script were counted');
    assert.ok(total <= 60 * 1024, `${total} bytes: ${JSON.stringify(sizes)}`);
  });
}
