// Units: a list is checked and brought in, searched as it is typed, a unit that holds cases names who goes on with them, its cases go over.
import assert from 'node:assert/strict';
import { CHINESE, browserTest } from '../lib/browser.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const PASSWORD = 'fangxin-demo';

async function signIn(page, url, login) {
  await page.goto(url('/desk/sign-in'));
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', PASSWORD);
  await Promise.all([page.waitForURL(/\/desk\/(?!sign-in)/), page.click('main button')]);
}

browserTest('units', { site: town, views: CHINESE, expected: [/422/] }, async ({ page, url, look, view }) => {
  await signIn(page, url, 'qh-system');
  await page.goto(url('/desk/units'));
  await look('top');
  const code = `E${view?.width ?? page.viewportSize().width}`;
  const rows = [`${code},河滨${code}所,office,C,,`, ...Array.from({ length: 80 }, (_, i) => `${code}-${i},${code}放心店${i},trusted,${code},,`)];
  const list = `代码,名称,类别,上级代码,电话,地址\n${rows.join('\n')}\n坏 码,x,office,C,,\n`;
  for (const check of [true, false]) {
    const details = page.locator('details:has(form[action$="/bring"])');
    if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
    await page.setInputFiles('[name=file]', { name: 'units.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
    await page.setChecked('[name=only_check]', check);
    await page.click('form[action$="/bring"] button.act');
    await page.waitForSelector('#did');
    assert.match(await page.textContent('main'), /新增 81 .* 有误 1/);
    await look(check ? 'checked' : 'brought');
  }
  await page.goto(url('/desk/units'));
  await page.fill('#q', `${code}放心店7`);
  await page.waitForURL(/q=/);
  await page.waitForFunction((c) => document.querySelector('#list tbody')?.textContent.includes(`${c}-79`), code);
  await look('found');
  await page.goto(url('/desk/units?q=S02'));
  await page.click('#list tbody th a');
  await page.click('summary:has-text("撤销或合并")');
  await page.fill('[name=end_why]', '撤所');
  await page.click('form[action$="/end"] button.act');
  await page.waitForSelector('.error, [role=alert], .msg');
  await look('holds cases');
  await page.fill('[name=to_unit]', 'S03');
  await page.click('form[action$="/end"] button.act');
  await page.waitForSelector('#h-confirm');
  await look('preview');
});
