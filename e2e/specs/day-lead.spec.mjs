// A head's working day in a browser: approvals, an absence with a deputy who decides meanwhile, load by person, cases given to another
// together, the hand-over of all of somebody's, calls after closing, and a case handled again.
import assert from 'node:assert/strict';
import { browserTest } from '../lib/browser.mjs';
import { complaint, day, fill, Journey, report } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const LONG = { timeout: 60_000 };

class Head extends Journey {
  /** A report of the unit that waits for approval of a proposal. */
  async proposed() {
    const words = report();
    await this.fileQuietly(words);
    await this.handQuietly(words.respondent_name);
    await this.actQuietly('verify', { note: '拟明日到店。' });
    await this.actQuietly('propose', { proposal: 'extend', reason: '需委托检验，检验周期较长。' });
    return this.case;
  }

  /** A complaint of the officer's, with its business. */
  async taken(words = complaint()) {
    await this.fileQuietly(words);
    await this.handQuietly(words.respondent_name);
    return words.respondent_name;
  }

  /** Ticks the cases of these businesses in a list that can be chosen from. */
  async tick(names) {
    for (const name of names) await this.page.locator('tr', { hasText: name }).locator('input[name=case]').check();
  }

  /** The form that is folded away on a page of lists. */
  async unfold() {
    await this.page.locator('details.add').evaluate((fold) => (fold.open = true));
  }
}

browserTest('one working day of a head', { site: town, timeout: 300_000 }, async (given) => {
  const j = new Head({ ...given, site: town });
  const { page } = given;

  // Approvals: the list, the case, the decision.
  await j.proposed();
  await j.as('lead');
  await j.goto('/desk/approvals');
  await j.look('approvals');
  await j.press(page.locator(`a[href="${j.case}/decide"]`));
  await j.look('decide');
  await fill(page.locator('main form[method="post"]').last(), { approved: 'yes' });
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('decide');

  // Away, with a deputy, who decides meanwhile.
  const waiting = await j.proposed();
  await j.as('lead');
  await j.goto('/desk/absence');
  await j.unfold();
  const form = page.locator('form[action="/desk/absence"]').filter({ has: page.locator('[name=from_day]') });
  await j.press(form.locator('button.act'));
  assert.ok(await page.locator('#errors').isVisible(), 'an empty form says what is missing');
  await j.look('absence-empty');
  const deputies = await form.locator('select[name=deputy] option').evaluateAll((all) => all.map((o) => o.value));
  const own = await form.locator('select[name=absent]').inputValue();
  await fill(form, { deputy: deputies.find((id) => id && id !== own), from_day: day(), through_day: day(1) });
  await j.press(form.locator('button.act'));
  await j.fine('absence');
  await j.look('absence');
  await j.as('officer');
  await j.goto('/desk/today');
  await j.look('today-deputy');
  await j.goto('/desk/account');
  const roles = page.locator('form[action="/desk/role"]');
  await roles.locator('input[value^="lead."]').check();
  await j.press(roles.locator('button.act'));
  await j.goto('/desk/approvals');
  assert.equal(await page.locator(`a[href="${waiting}/decide"]`).count(), 1, 'the deputy sees what waits for the head');
  await j.look('approvals-deputy');
  await j.goto(`${waiting}/decide`);
  await fill(page.locator('main form[method="post"]').last(), { approved: 'yes' });
  assert.equal(await j.press(page.locator('main form[method="post"]').last().locator('button.act')), 409, 'but not what they proposed themselves');
  await j.goto('/desk/account');
  await roles.locator('input[value^="officer."]').check();
  await j.press(roles.locator('button.act'));
  await j.as('lead');
  await j.goto('/desk/absence');
  await j.press(page.locator('form[action="/desk/absence"]', { has: page.locator('[name=end]') }).first().locator('button'));
  await j.fine('end of absence');

  // Load by person, and cases given to another together.
  const names = [await j.taken(), await j.taken()];
  await j.as('lead');
  await j.goto('/desk/team');
  await j.look('team');
  const people = await page.locator('#load tbody th a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const officer = people.find((href) => !href.includes(own));
  await j.goto(officer);
  await j.press(page.locator('.pick button.act'));
  assert.ok(await page.locator('.pick [role=alert]').isVisible(), 'nothing was chosen');
  await j.look('person-none-chosen');
  await j.tick(names);
  await page.locator('.pick select').selectOption({ index: 1 });
  await j.press(page.locator('.pick button.act'));
  await j.fine('given');
  assert.ok(await page.locator('p.note[role=status]').first().isVisible(), 'it says how many were given');
  for (const name of names) assert.equal(await page.locator('tr', { hasText: name }).count(), 0, 'they are no longer theirs');
  await j.look('person-given');

  // All of the head's own go back to the officer.
  await j.goto('/desk/handover');
  await j.unfold();
  const over = page.locator('form[action="/desk/handover"]').filter({ has: page.locator('[name=from_person]') });
  await over.locator('select[name=from_person]').selectOption(own);
  await over.locator(`input[name=to_person][value="${new URL(officer, town.url).searchParams.get('person')}"]`).check();
  await j.press(over.locator('button.act'));
  await j.fine('hand-over');
  await j.look('handover-begun');
  await page.locator('main[data-again], main [data-again]').waitFor({ state: 'detached', ...LONG });
  await j.look('handover-done');
  await j.goto(officer);
  for (const name of names) assert.equal(await page.locator('tr', { hasText: name }).count(), 1, 'each has one handler again');

  // A call after closing; the person is not satisfied; the case is handled again.
  const words = complaint();
  await j.taken(words);
  await j.mediateQuietly();
  await j.actQuietly('agree', { terms: '退货退款。', amount: '120.50', performed: true });
  await j.actQuietly('close', { outcome: 'agreed', level: 'shop', summary: '双方按约履行。' });
  await j.as('lead');
  await j.goto('/desk/follow-up');
  await j.look('follow-up');
  await j.press(page.locator('form[action="/desk/follow-up/call"]').filter({ has: page.locator(`[name=token][value="${j.case.split('/').pop()}"]`) }).locator('button'));
  assert.ok((await page.locator('main').innerText()).includes(words.phone), 'the number to call');
  await fill(page.locator('main form[method="post"]').last(), { method: 'phone', satisfaction: 'dissatisfied' });
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  assert.ok(await page.locator('#errors').isVisible(), 'why they are not satisfied is asked');
  await j.look('call-no-reason');
  await fill(page.locator('main form[method="post"]').last(), { reason: '退款一直没有到账。' });
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('follow-up');
  await j.open();
  const offered = await j.offered();
  assert.ok(offered.includes('close') && !offered.includes('follow_up'), 'the pack of the place has it handled a second time at once');
  await j.look('second-handling');
  await j.goto('/desk/reopen');
  await j.look('reopen');
  await j.goto('/desk/today');
  await j.look('today-lead');
});
