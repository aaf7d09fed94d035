// A report, named or not: verified, proposed, decided by the head, closed; its limit extended.
import assert from 'node:assert/strict';
import { browserTest, VIEWS } from '../lib/browser.mjs';
import { fill, Journey, report } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });

/** The officer proposes, the head decides from the list of what waits. */
async function decide(j, words, proposal, look) {
  await j.as('officer');
  await j.act('propose', proposal, { lookAs: look && `officer-propose-${proposal.proposal}` });
  assert.ok(!(await j.offered()).includes('decide'), 'an officer does not decide');
  await j.as('lead');
  await j.goto('/desk/approvals');
  if (look) await j.look('lead-approvals');
  const row = j.page.locator(`tr:has(a[href="${j.case}"])`);
  assert.equal(await row.count(), 1, 'the proposal waits in the list of the head');
  await j.press(row.locator('a.btn'));
  assert.match(j.page.url(), /\/decide$/);
  if (look) await j.look(`lead-decide-${proposal.proposal}`);
  await j.act('decide', { approved: 'yes' });
  await j.as('officer');
}

browserTest('a named report is verified, filed and closed', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = report();
  await j.say(words);
  await j.introduce(words);
  assert.equal(await j.page.locator('[name="publish"]').count(), 0, 'a report asks for no consents');
  await j.look('file-who-report');
  await j.press(j.page.locator('button[value="send"]'));
  await j.fine('second screen');
  const receipt = await j.receipt();
  await j.look('receipt-report');
  await j.track(receipt);
  await j.look('tracked-report');
  await j.handQuietly(words.respondent_name);
  assert.ok(!(await j.offered()).includes('accept'), 'a report is not accepted or refused');
  await j.act('verify', { note: '到店核查，带走三罐样品。' }, { lookAs: 'officer-verify' });
  await decide(j, words, { proposal: 'file', reason: '现场查获过期奶粉37罐，涉嫌违法，建议立案。' }, true);
  const registration = await j.paper('report', 'form-2');
  assert.match(registration, /过期的奶粉/);
  await j.act('close', { outcome: 'filed', recovered: '0' }, { lookAs: 'officer-close-filed' });
  await j.look('officer-report-closed');
  await j.track(receipt);
  assert.ok(await j.page.locator('.decision').count(), 'the reporter reads the decision');
  await j.look('tracked-filed');
});

browserTest('an anonymous report leaves no name and can be followed', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const { name, phone, ...words } = report();
  const receipt = await j.file({ ...words, anonymous: true });
  await j.look('receipt-anonymous');
  assert.equal(await j.track(receipt), 200);
  await j.look('tracked-anonymous');
  await j.as('clerk');
  await j.find('/desk/queue', words.respondent_name);
  await j.open();
  assert.equal(await j.page.locator('#parties form').count(), 0, 'there is nothing to show in full');
  await j.look('clerk-anonymous');
  await j.handQuietly(words.respondent_name);
  await j.actQuietly('verify');
  await decide(j, words, { proposal: 'not_file', not_filing: 'NF19-1', reason: '现场未见过期商品，进货台账齐全。' });
  await j.act('close', { outcome: 'not_filed', untrue: true });
  await j.track(receipt);
  await j.look('tracked-not-filed');
});

browserTest('leniency names the item of its list', { site: town }, async (given) => {
  const j = walk(given);
  const words = report();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.actQuietly('verify');
  await j.open();
  const form = await j.ask('propose');
  const reason = '首次违法，货值28元，当场下架并已改正。';
  await fill(form, { proposal: 'not_file', not_filing: 'NF20-2', reason });
  assert.equal(await j.press(form.locator('button.act')), 422);
  assert.ok(await j.page.locator('#errors a[href="#f-leniency"]').count(), 'the item of the list is asked for');
  assert.equal(await j.page.locator('[name="reason"]').inputValue(), reason, 'what was typed is kept');
  await j.look('officer-leniency-missing');
  await fill(form, { leniency: 'law-first', leniency_met: ['law-first/0', 'law-first/2'] });
  assert.equal(await j.press(form.locator('button.act')), 422, 'a condition is missing');
  await decide(j, words, {
    proposal: 'not_file', not_filing: 'NF20-2', leniency: 'law-first', leniency_met: ['law-first/0', 'law-first/1', 'law-first/2'], reason,
  });
  await j.open();
  assert.match(await j.page.locator('main').innerText(), /行政处罚法》第三十三条：初次违法/, 'the history names it');
  await j.act('close', { outcome: 'not_filed' });
});

browserTest('the limit of verification is extended by the head', { site: town }, async (given) => {
  const j = walk(given);
  const words = report();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.actQuietly('verify');
  const due = () => j.page.locator('.clock .due').allInnerTexts();
  const before = await due();
  await decide(j, words, { proposal: 'extend', reason: '样品送检，结果要三周后才出。' }, true);
  await j.open();
  assert.notDeepEqual(await due(), before, 'a clock ends later');
  await j.look('officer-extended');
  assert.ok((await j.offered()).includes('propose'), 'verification goes on');
});
