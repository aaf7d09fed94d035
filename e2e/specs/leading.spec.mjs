// A leader's meeting and topic in a browser: called with a case, a decision with a unit and a day, the minutes, the end; a topic made from
// what stands out. Forms are refused with what was typed first.
import assert from 'node:assert/strict';
import { browserTest, DIAGONAL } from '../lib/browser.mjs';
import { complaint, day, fill, Journey, unique } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('a meeting and a topic of a leader', { site: town, views: DIAGONAL, timeout: 240_000 }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  const form = () => page.locator('main form[method="post"]').last();
  const send = () => j.press(form().locator('button.act'));

  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.as('supervisor');
  await j.goto('/desk/mechanisms');
  await j.look('mechanisms');
  await j.goto('/desk/meetings');
  await j.look('meetings');

  await j.goto('/desk/led/new/meeting');
  await send();
  assert.ok(await page.locator('#errors').isVisible(), 'an empty form says what is missing');
  await j.look('meeting-new');
  const theme = unique('电饭煲退换');
  await fill(form(), { theme, about: '听取情况，逐件议定。' });
  await send();
  await j.fine('meeting');
  const at = new URL(page.url()).pathname;
  await j.goto(`${at}/task`);
  const unit = await form().locator('select[name=task_unit] option').evaluateAll((all) => all.map((o) => o.value).find((v) => v));
  await fill(form(), { what_to_do: '约见经营者，三日内答复。', task_unit: unit, task_due: day(3) });
  await send();
  await j.fine('task');
  await j.look('meeting');
  await j.goto(`${at}/close`);
  await fill(form(), { report: '了结。' });
  await send();
  assert.ok(await page.locator('#errors').isVisible(), 'a decision is still open');
  assert.equal(await form().locator('[name=report]').inputValue(), '了结。');
  await j.goto(at);
  await j.press(page.locator('a[href*="/end?task="]').first());
  await fill(form(), { ended: 'done', result_note: '已约见。' });
  await send();
  await j.fine('end');
  await j.goto(`${at}/minutes`);
  await fill(form(), { minutes_text: '一、听取情况。\n二、议定一项。' });
  await send();
  await j.goto(`${at}/close`);
  await fill(form(), { report: '了结。' });
  await send();
  await j.fine('close');
  await j.look('meeting-closed');

  await j.goto('/desk/topics');
  await j.look('topics');
  await j.press(page.locator('a[href^="/desk/led/new/topic?"]').first());
  await send();
  await j.fine('topic');
  await j.look('topic');
});
