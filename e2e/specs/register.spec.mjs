// A business of the register named by whoever complains: offered as it is typed, chosen by keyboard, left when another is meant; without a
// script looked up by a button. The place pointed at on the sketch, both ways. A list checked before it is brought in.
import assert from 'node:assert/strict';
import { browserTest, DIAGONAL } from '../lib/browser.mjs';
import { Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const OFFERED = '[role=listbox] [role=option]';

browserTest('a business is chosen from the register while it is typed', { site: town }, async (given) => {
  const { page, url, look } = given;
  await page.goto(url('/?at=990101'));
  await page.goto(url('/file'));
  assert.equal(await page.locator('.found').count(), 0, 'no list before anything is typed');
  const name = page.locator('[name=respondent_name]');
  await name.pressSequentially('健身');
  await page.waitForSelector(OFFERED);
  assert.equal(await name.getAttribute('aria-expanded'), 'true');
  await look('offered');
  await page.keyboard.press('ArrowDown');
  const chosen = await page.locator('[aria-selected=true] b').innerText();
  await page.keyboard.press('Enter');
  assert.equal(await name.inputValue(), chosen);
  assert.match(await page.locator('[name=uscc]').inputValue(), /^9[12]990101/);
  assert.notEqual(await page.locator('[name=respondent_address]').inputValue(), '');
  assert.equal(await page.locator(OFFERED).count(), 0, 'the list is closed');
  await name.fill('另一家小店');
  assert.equal(await page.locator('[name=uscc]').inputValue(), '', 'another name is another business');
  assert.equal(await page.locator('[name=respondent_address]').inputValue(), '', 'at another place');
  await name.fill('好邻居');
  await page.waitForSelector(OFFERED);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator(OFFERED).count(), 0);
  assert.equal(await name.inputValue(), '好邻居', 'what was typed stays');
  await page.locator('details.more > summary').first().click();
  await page.locator('input.map').click({ position: { x: 160, y: 120 } });
  assert.match(await page.locator('[name=point]').inputValue(), /^120\.\d{6},29\.\d{6}$/);
  await look('pointed');
});

browserTest('without a script it is looked up by a button', { site: town, views: DIAGONAL, context: { javaScriptEnabled: false } }, async (given) => {
  const { page, url, look } = given;
  await page.goto(url('/?at=990101'));
  await page.goto(url('/file'));
  await page.locator('[name=narrative]').fill('办了年卡，店关门了。');
  await page.locator('[name=respondent_name]').fill('健身');
  await page.locator('button[name=find]').click();
  await look('found');
  await page.locator('button[name=take]').first().click();
  assert.match(await page.locator('[name=respondent_name]').inputValue(), /健身/);
  assert.match(await page.locator('[name=uscc]').inputValue(), /^9[12]990101/);
  assert.equal(await page.locator('[name=narrative]').inputValue(), '办了年卡，店关门了。', 'nothing typed is lost');
  await page.locator('details.more > summary').first().click();
  await page.locator('input.map').click({ position: { x: 100, y: 60 } });
  assert.match(await page.locator('[name=point]').inputValue(), /^120\.\d{6},29\.\d{6}$/, 'the picture itself sends the point');
});

browserTest('the register is looked through and a list is checked', { site: town }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page, look } = given;
  await j.as('system_admin');
  await j.goto('/desk/register');
  await look('register');
  await page.locator('details.add > summary').click();
  const bytes = Buffer.from('统一社会信用代码,名称\n91330100799655058A,错码店\n91330100799655058B,好码店\n');
  await page.locator('[name=file]').setInputFiles({ name: '名录.csv', mimeType: 'text/csv', buffer: bytes });
  await page.locator('[name=only_check]').check();
  await j.press(page.locator('details.add button.act'));
  await look('checked');
  assert.match(await page.locator('[role=status]').first().innerText(), /1/);
  await j.goto('/desk/register?q=' + encodeURIComponent('没有这家店'));
  await look('nothing-found');
});
