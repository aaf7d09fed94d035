// An officer's working day in a browser: the day's list, a question, the contact log, an appointment with its notice, recusal, the record, the
// agreement signed on the screen, a copy blacked out for the other side, phrases, and the whole file as one download.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browserTest } from '../lib/browser.mjs';
import { complaint, fill, Journey, moment, unique } from '../lib/journeys.mjs';
import { demo, ROOT, site } from '../lib/program.mjs';

const town = site(() => demo());
const RECEIPT = join(ROOT, 'crates/server/src/demo/receipt.png');

/** Presses, drags and lets go, along points given as parts of the element. */
async function draw(page, target, points) {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 4 });
  await page.mouse.up();
}

browserTest('one working day of an officer', { site: town, timeout: 300_000 }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  const words = complaint();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const number = (await page.locator('main small').first().innerText()).match(/\d{2}-[\w-]+/)[0];
  const today = (section) => page.locator(`#list section#${section} a[href="${j.case}"]`);

  // Accepted and told; a phrase of one's own is put into a question.
  await j.actQuietly('accept');
  await j.actQuietly('tell', { matter: 'acceptance', party: 'submitter', method: 'phone' });
  await j.goto('/desk/phrases');
  const phrase = unique('补充材料');
  await page.locator('details.add').evaluate((fold) => (fold.open = true));
  await fill(page.locator('form[action="/desk/phrases"]').filter({ has: page.locator('[name=phrase_name]') }), {
    phrase_name: phrase,
    phrase_text: '您的投诉{number}已收到，请补充购买凭证。',
  });
  await j.press(page.locator('form[action="/desk/phrases"]').filter({ has: page.locator('[name=phrase_name]') }).locator('button.act'));
  await j.fine('phrase');
  await j.look('phrases');
  await j.open();
  const question = await j.ask('ask');
  await page.locator('details.phrases > summary').click();
  await page.locator('details.phrases li', { hasText: phrase }).locator('[data-phrase]').click();
  assert.equal(await question.locator('[name=question]').inputValue(), `您的投诉${number}已收到，请补充购买凭证。`, 'filled from the case');
  await j.look('ask-with-phrase');
  await j.press(question.locator('button.act'));
  await j.fine('ask');
  await j.goto('/desk/today');
  assert.equal(await today('asked').count(), 1, 'the day waits for an answer');

  // The consumer answers: the day says so.
  await j.track(receipt);
  const answer = page.locator('form[action^="/track/reply/"]');
  await answer.locator('textarea').fill('小票已上传。');
  await j.press(answer.locator('button.act'));
  await j.as('officer');
  await j.goto('/desk/today');
  assert.equal(await today('replied').count(), 1, 'the day has the answer');

  // Contact with the business; its consent; mediation; an appointment with its notice.
  await j.act('contact', { party: 'respondent', method: 'phone', reached: 'yes', said: '商家同意到所里调解。' }, { lookAs: 'contact' });
  assert.ok((await page.locator('#talk').innerText()).includes('商家同意到所里调解'), 'the log has it');
  await j.act('consent', { party: 'respondent', consent: 'mediation', given: 'yes' });
  await j.act('mediate', { mode: 'in_person' });
  await j.act('appoint', { appointed_at: moment(3), mode: 'in_person', place: '一楼调解室', mediators: '张三' }, { lookAs: 'appoint' });
  const notice = await j.paper('appointment', 'form-7');
  for (const said of ['一楼调解室', '张三', words.respondent_name]) assert.ok(notice.includes(said), `form 7 says ${said}`);
  await j.goto('/desk/today');
  assert.equal(await today('appointments').count(), 1, 'the day has the appointment');
  await j.look('today');

  // Recusal, decided by the head.
  await j.act('ask_recusal', { party: 'submitter', reason: '承办人与商家有亲属关系。' }, { lookAs: 'ask-recusal' });
  await j.as('lead');
  await j.act('decide_recusal', { granted: 'no' }, { lookAs: 'decide-recusal' });
  await j.as('officer');

  // The record, and the agreement.
  await j.act('end_appointment', { attendance: 'kept' });
  await j.act('minutes', { minutes: '双方到场。商家同意退货退款，投诉人接受。' }, { lookAs: 'minutes' });
  await j.act('agree', { terms: '商家三日内退还货款399元，投诉人退回商品。', amount: '399', performed: false }, { lookAs: 'agree' });
  await j.open();
  const form9 = await j.ask('issue_agreement');
  await j.look('issue-agreement');
  await j.press(form9.locator('button.act'));
  await j.fine('issue_agreement');
  const agreement = await j.paper('agreement', 'form-9');
  assert.ok(agreement.includes('退还货款399元'), 'form 9 has the terms');

  // Signed on the screen.
  await j.open();
  await j.press(page.locator(`a[href="${j.case}/sign"]`));
  const canvas = page.locator('canvas[data-sign]');
  await draw(page, canvas, [[0.15, 0.6], [0.3, 0.2], [0.4, 0.75], [0.6, 0.3], [0.85, 0.6]]);
  await page.waitForFunction(() => document.querySelector('#f-file').files.length === 1);
  await j.look('signed');
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('sign');
  await j.open();
  const signature = page.locator('section[aria-labelledby="h-evidence"] a[href*="/evidence/"]').first();
  const drawn = await page.evaluate(async (href) => {
    const picture = await createImageBitmap(await (await fetch(href)).blob());
    const sheet = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    sheet.drawImage(picture, 0, 0);
    const { data } = sheet.getImageData(0, 0, picture.width, picture.height);
    return { width: picture.width, ink: data.filter((value, at) => at % 4 === 0 && value < 90).length };
  }, await signature.getAttribute('href'));
  assert.ok(drawn.width > 600 && drawn.ink > 500, `the line that was drawn is kept: ${JSON.stringify(drawn)}`);

  // A copy blacked out for the other side.
  const paper = await j.ask('add_evidence');
  await fill(paper, { file: RECEIPT });
  await j.press(paper.locator('button.act'));
  await j.fine('add_evidence');
  await j.open();
  await j.press(page.locator('a[href*="/redact/"]').last());
  const frame = page.locator('[data-redact]');
  await draw(page, frame, [[0.1, 0.1], [0.9, 0.5]]);
  assert.match(await page.inputValue('#f-boxes'), /^\d+\.\d\d,\d+\.\d\d,\d+\.\d\d,\d+\.\d\d$/, 'the box is written down');
  await draw(page, frame, [[0.1, 0.7], [0.4, 0.9]]);
  await page.locator('[data-redact-back]').click();
  assert.equal(await frame.locator('i').count(), 1, 'the last one is taken back');
  await j.look('redact');
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('redact');
  await j.look('share-copy');
  await page.locator('main form[method="post"] [name=party][value=respondent]').check();
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('share_copy');

  // Related and whole: the page of the case, and the file as one download.
  await j.open();
  await j.look('case');
  const fetched = page.waitForEvent('download');
  await page.locator(`a[href="${j.case}/download"]`).click();
  const file = await fetched;
  assert.match(file.suggestedFilename(), /\.zip$/);
  const bytes = await readFile(await file.path());
  for (const name of ['index.html', 'papers/appointment.html', 'papers/agreement.html', 'evidence/']) assert.ok(bytes.includes(name), `${name} is in the file`);
  await j.act('close', { outcome: 'agreed', level: 'shop', summary: '双方达成协议。' }, { lookAs: 'close' });
  await j.goto('/desk/today');
  assert.equal(await page.locator(`#list a[href="${j.case}"]`).count(), 0, 'the day is done with it');
});
