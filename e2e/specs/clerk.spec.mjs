// A clerk's day in a browser: a telephone call entered by keyboard alone, its keys counted; the caller known while the number is typed;
// a story of two
// matters parted by its sentences, the same matter twice merged and taken apart again; a group; the end of the day.
import assert from 'node:assert/strict';
import { browserTest, DESK, VIEWS } from '../lib/browser.mjs';
import { complaint, Journey, unique } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const WIDE = VIEWS.filter((view) => view.width === DESK);

/** A keyboard that counts what is pressed beyond typing; a chord counts each of its keys. */
class Keys {
  constructor(page) {
    this.page = page;
    this.pressed = 0;
  }
  type(text) {
    return this.page.keyboard.type(text);
  }
  async press(...keys) {
    for (const key of keys) {
      this.pressed += key.split('+').length;
      await this.page.keyboard.press(key);
    }
  }
}

browserTest('a call is entered by keyboard alone', { site: town, views: WIDE }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  await j.as('clerk');
  const business = unique('顺意家电行');
  const call = async (phone) => {
    await j.goto('/desk/new');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'phone', 'the number is asked first');
    const keys = new Keys(page);
    await keys.type(phone);
    await keys.press('Tab');
    await keys.type('林秀英');
    await keys.press('Tab');
    await keys.type(business);
    await keys.press('Tab');
    await keys.type('清河县城关镇解放路18号');
    await keys.press('Tab');
    await keys.type('买的电饭煲不通电，店家不退也不修。');
    await keys.press('Tab');
    await keys.type('1');
    return keys;
  };
  const first = await call('13800137777');
  assert.notEqual(await page.locator('[name=ask]').inputValue(), '', 'a digit chooses what is asked for');
  await j.look('entry-filled');
  const stored = page.waitForSelector('#no');
  await first.press('F9');
  await stored;
  assert.ok(first.pressed <= 6, `${first.pressed} keys beyond typing`);
  await j.look('entered');
  const code = await page.locator('#code').innerText();
  assert.ok(code.length > 4, 'a code to read out');

  // The same caller again: known before anything is saved, and seen, so that saving asks for nothing more.
  const second = await call('13800137777');
  await page.locator('#known .warn a').first().waitFor();
  assert.ok((await page.locator('#known').innerText()).includes(business));
  assert.ok(!(await page.locator('#known').innerText()).includes('林秀英'), 'the name is masked');
  await j.look('entry-known');
  const again = page.waitForSelector('#no');
  await second.press('F9');
  await again;
  assert.ok(second.pressed <= 6, `${second.pressed} keys beyond typing`);
});

browserTest('a question is answered and closed in the same screen', { site: town, views: WIDE }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  await j.as('clerk');
  await j.goto('/desk/new');
  await page.keyboard.press('F8');
  await page.locator('[name=narrative]').fill('预付卡七天内能退吗？');
  await page.locator('[name=answer]').fill('没有消费过的，自付款之日起七日内可以退。');
  await j.look('entry-question');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('#no');
  await j.look('entered-question');
});

browserTest('the next case is there before it is opened', { site: town, views: WIDE.slice(0, 1) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page, context } = given;
  await j.as('clerk');
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const asked = new Promise((resolve) => {
    wire.on('Network.requestWillBeSent', ({ request }) => request.url.includes('/desk/ahead/') && resolve(request.url));
  });
  await j.goto('/desk/queue');
  await page.locator('a[data-key=b]').click();
  const next = page.locator('a[data-key="."]');
  const rules = await asked;
  assert.equal(rules.split('/').pop(), (await next.getAttribute('href')).split('/').pop(), 'the rules name the case that comes next');
  const there = page.url();
  await page.keyboard.press('.');
  await page.waitForURL((url) => url.href !== there);
  await page.locator('#acts').waitFor();
});

browserTest('the queue, a group and the end of the day', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  await j.as('clerk');
  await j.goto('/desk/queue?sort=newest');
  await j.look('queue');
  const boxes = page.locator('input[name=case]');
  assert.ok((await boxes.count()) >= 2, 'the demonstration has cases to be sent');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator('button[formaction="/desk/bulk/group"]').click();
  await page.waitForURL(/\/desk\/group\//);
  await j.look('group');
  await page.locator('main a[data-item]').first().click();
  await page.waitForURL(/\/desk\/case\//);
  await j.look('case-in-group');
  await j.goto('/desk/zero');
  await j.look('zero');
  await page.locator('form[action="/desk/zero"] button.act').click();
  await page.waitForSelector('#errors');
  await j.look('zero-missing');
  await page.locator('[name=why_all]').selectOption('late_in_day');
  await page.locator('form[action="/desk/zero"] button.act').click();
  await page.waitForSelector('.flash');
  await page.locator('a[href^="/desk/zero?on="]').first().click();
  await page.waitForURL(/on=/);
  await j.look('zero-recorded');
});

browserTest('entry on a phone and without a script', { site: town, views: VIEWS.filter((view) => view.width !== DESK) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.as('clerk');
  await j.goto('/desk/new');
  await j.look('entry');
  await given.page.locator('form[action="/desk/new"] button.act').last().click();
  await given.page.waitForSelector('#errors');
  await j.look('entry-errors');
});

browserTest('two matters are parted, one told twice is merged and taken apart again', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  const words = complaint({ narrative: '买的电饭煲不通电，店家不退。要求退还货款。店里还在卖过期的奶粉，标签都撕掉了。' });
  await j.fileQuietly(words);
  await j.as('clerk');
  await j.find('/desk/queue', words.respondent_name);
  await j.open();
  assert.equal(await j.press(page.locator(`.acts a[href="${j.case}/narrow"]`)), 200);
  const sentences = page.locator('table.pick tbody tr');
  assert.equal(await sentences.count(), 3, 'the story is cut into its sentences');
  await j.look('split');
  const last = sentences.last();
  await last.locator('[name=stay]').uncheck();
  await last.locator('[name=go]').check();
  await j.press(page.locator('button[name=compose]'));
  assert.equal(await page.locator('[name=other_narrative]').inputValue(), '店里还在卖过期的奶粉，标签都撕掉了。');
  assert.ok(!(await page.locator('[name=narrative]').inputValue()).includes('奶粉'), 'each part shows its text before it is saved');
  await page.locator('[name=kind][value=report]').check();
  await j.look('split-composed');
  await j.press(page.locator('main form button.act').last());
  await j.fine('split');
  await j.goto(`/desk/queue?q=${encodeURIComponent(words.respondent_name)}`);
  assert.equal(await page.locator('tr', { hasText: words.respondent_name }).locator('a[data-item]').count(), 2, 'a complaint and a report');

  // The same matter from the same person once more.
  const again = complaint({ narrative: words.narrative, respondent_name: words.respondent_name });
  await j.fileQuietly(again);
  await j.goto(`/desk/queue?sort=newest&q=${encodeURIComponent(words.respondent_name)}`);
  j.case = new URL(await page.locator('a[data-item]').first().getAttribute('href'), town.url).pathname;
  await j.open();
  assert.equal(await j.press(page.locator(`.acts a[href="${j.case}/merge"]`)), 200);
  const offered = page.locator('input[name=candidate]');
  assert.ok((await offered.count()) >= 1, 'what may be the same matter is offered');
  await j.look('merge');
  await offered.first().check();
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('merge');
  await j.open();
  await j.look('merged');
  await j.act('unmerge');
  assert.ok((await j.offered()).includes('merge'), 'it stands by itself again');
});
