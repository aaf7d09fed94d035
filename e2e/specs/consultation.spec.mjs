// A question: answered on one screen, read on the tracking page.
import assert from 'node:assert/strict';
import { browserTest } from '../lib/browser.mjs';
import { fill, Journey, report } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('a question is answered on one screen', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const words = report({ narrative: '网上买的衣服，七天无理由退货要不要自己出运费？', ask: ['consult'] });
  const receipt = await j.file(words);
  await j.look('receipt-consultation');
  await j.as('clerk');
  await j.find('/desk/queue', words.respondent_name);
  await j.open();
  for (const action of ['accept', 'refuse', 'mediate', 'verify', 'propose']) {
    assert.ok(!(await j.offered()).includes(action), `a question offers no ${action}`);
  }
  await j.look('clerk-question');
  const form = await j.ask('answer');
  const answer = '一般由消费者承担退货运费，双方另有约定的从其约定。（消法第25条）';
  await fill(form, { answer, method: 'phone' });
  await j.look('clerk-answer');
  await j.press(form.locator('button.act'));
  await j.fine('answer');
  await j.track(receipt);
  assert.ok((await j.page.locator('main').innerText()).includes(answer), 'the person reads the answer');
  assert.equal(await j.page.locator('.line > li.todo').count(), 0);
  await j.look('tracked-answered');
});
