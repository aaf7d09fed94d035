// Files at the intake desk in a browser: sent, described column by column, tried on the first rows, looked through, brought in while its
// progress is watched, paused and gone on with; rejected rows fetched, mended and sent again; taken back within the day.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserTest, DIAGONAL } from '../lib/browser.mjs';
import { fill, Journey, unique } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
/** What the server does beside the pages takes its time on a machine that does other things too. */
const LONG = { timeout: 100_000 };

class Import extends Journey {
  /** Sends a file from the list; the page it leads to. */
  async send(name, text) {
    await this.goto('/desk/import');
    await fill(this.page.locator('form[action="/desk/import"]'), { file: { name, mimeType: 'text/csv', buffer: Buffer.from(text) } });
    return this.press(this.page.locator('form[action="/desk/import"] button.act'));
  }

  /** The column of this name is this. */
  async use(column, what) {
    const row = this.page.locator('section[aria-labelledby="h-cols"] tbody tr').filter({ has: this.page.locator(`th label:text-is("${column}")`) });
    await row.locator('select').selectOption(what);
  }

  doing(what) {
    return this.press(this.page.locator(`button[name="do"][value="${what}"]`));
  }

  /** Waits until nobody works on it any more; rows taken, known, changed and rejected. */
  async ended() {
    await this.page.locator('#h-counts').waitFor(LONG);
    return this.counts();
  }

  async counts() {
    const cells = await this.page.locator('section[aria-labelledby="h-counts"] td.num').allInnerTexts();
    return cells.map(Number);
  }
}

const walk = async (given) => new Import({ ...given, site: town }).as('clerk');

const HEADER = '编号,类型,内容,何时,联系人,手机,被反映单位\n';
const row = (series, n) => `${series}-${n},投诉,第${n}件：办了年卡，要求退还剩余费用。,2026-05-${String((n % 28) + 1).padStart(2, '0')} 09:00,王某,13800000001,${series}健身\n`;
const rows = (series, n) => HEADER + Array.from({ length: n }, (_, i) => row(series, i + 1)).join('');

browserTest('a sheet is described, tried, looked through, brought in, mended and taken back', { site: town }, async (given) => {
  const j = await walk(given);
  const { page } = given;
  const series = unique('may');
  await j.goto('/desk/import');
  await j.look('list');
  await j.press(page.locator('form[action="/desk/import"] button.act'));
  assert.ok(await page.locator('#errors').isVisible(), 'no file was chosen');
  await j.look('list-no-file');
  assert.equal(await j.send('坏的.xlsx', 'PK\u0003\u0004 and nothing more'), 422);
  await j.look('list-broken');

  const bad = [`${series}-x1,闲聊,天气很好,2026-05-02,,,${series}健身\n`, `${series}-x2,投诉,没有日期,某天,,,${series}健身\n`, `${series}-x3,投诉,电话不对,2026-05-02,,12,${series}健身\n`];
  await j.send('五月来件.csv', rows(series, 40) + bad.join(''));
  await j.look('described');
  await j.use('何时', 'submitted_at');
  await j.use('联系人', 'submitted_at'); // one field twice
  await fill(page.locator('main form').last(), { series });
  assert.equal(await j.doing('try'), 422);
  assert.ok(await page.locator('[aria-invalid="true"]').count(), 'the column that is wrong is marked');
  await j.look('described-wrong');
  await j.use('联系人', 'name');
  await j.doing('try');
  await j.fine('try');
  const preview = page.locator('section[aria-labelledby="h-pre"] tbody tr');
  assert.equal(await preview.count(), 12, 'tried on the first rows');
  // What the kinds mean is asked beside the values found.
  const meaning = (value) => page.locator('tr').filter({ has: page.locator(`input[type="hidden"][value="${value}"]`) }).locator('select');
  await meaning('投诉').selectOption('complaint');
  await j.doing('try');
  await j.fine('try');
  assert.equal(await preview.locator('.tag.late').count(), 0, 'the first rows are good');
  await j.look('tried');
  await page.locator('details.add summary').last().click();
  await fill(page.locator('main form').last(), { mapping_name: series });
  await j.doing('keep');
  await j.fine('keep');

  await j.doing('check');
  assert.deepEqual(await j.ended(), [40, 0, 0, 3]);
  assert.equal(await page.locator('section[aria-labelledby="h-kinds"] tbody tr').count(), 3, 'three kinds of faults');
  await j.look('looked-through');
  await j.doing('start');
  assert.deepEqual(await j.ended(), [40, 0, 0, 3]);
  await j.look('brought-in');
  const done = page.url();
  await j.goto(`/desk/queue?q=${encodeURIComponent(`${series}健身`)}`);
  assert.ok((await page.locator('a[data-item]').count()) > 0, 'they are in the queue');

  // The rows that were not taken: fetched, mended, sent again; the mapping kept above is chosen by itself.
  await page.goto(done);
  const fetched = page.waitForEvent('download');
  await page.locator('a[href$="/rejects"]').click();
  const text = await readFile(await (await fetched).path(), 'utf8');
  assert.equal(text.trim().split('\n').length, 4, 'a header and three rows');
  const mended = text.replace('闲聊', '投诉').replace('某天', '2026-05-03').replace(',12,', ',13800000002,');
  await j.send('补正.csv', mended);
  await j.doing('start');
  assert.deepEqual(await j.ended(), [3, 0, 0, 0]);
  await j.send('又一次.csv', rows(series, 40));
  await j.doing('check');
  assert.deepEqual(await j.ended(), [0, 40, 0, 0], 'a second time nothing is new');
  await j.doing('discard');
  await j.look('list-full');

  await page.goto(done);
  await j.doing('undo');
  await page.locator('#progress').waitFor({ state: 'detached', ...LONG });
  assert.equal(await page.locator('button[value="undo"]').count(), 0, 'it is taken back');
  await j.look('taken-back');
  await j.goto(`/desk/queue?q=${encodeURIComponent(`${series}健身`)}`);
  assert.equal(await page.locator('a[data-item]').count(), 3, 'only the mended ones are still there');
});

browserTest('a large file is watched, paused and gone on with', { site: town }, async (given) => {
  const j = await walk(given);
  const { page } = given;
  const series = unique('big');
  await j.send('大表.csv', rows(series, 1_500));
  await j.use('何时', 'submitted_at');
  await j.use('联系人', 'name');
  await fill(page.locator('main form').last(), { series });
  await j.doing('try');
  const kind = page.locator('tr').filter({ has: page.locator('input[type="hidden"][value="投诉"]') }).locator('select');
  await kind.selectOption('complaint');
  await j.doing('start');
  // Nothing is looked at or waited for here: meanwhile a quick machine brings in the rest. The page under way is looked at below.
  await j.doing('pause');
  await page.locator('button[value="resume"]').waitFor(LONG);
  const [taken] = await j.counts();
  assert.ok(taken < 1_500, `paused on the way, at ${taken}`);
  await j.look('paused');
  await j.goto(page.url());
  assert.ok((await j.counts())[0] <= taken + 256, 'no more than the rows it was just writing');
  await j.doing('resume');
  await j.look('running');
  assert.deepEqual(await j.ended(), [1_500, 0, 0, 0]);
  await j.look('large-brought-in');
});

browserTest('without a script the page is asked again by its link', { site: town, views: DIAGONAL.slice(0, 1), context: { javaScriptEnabled: false } }, async (given) => {
  const j = await walk(given);
  const { page } = given;
  const series = unique('plain');
  await j.send('一件.csv', rows(series, 1));
  await j.use('何时', 'submitted_at');
  await fill(page.locator('main form').last(), { series });
  await page.locator('select[name="kind"]').selectOption('complaint');
  await j.doing('start');
  const again = page.locator('#progress a');
  while (await again.count()) await j.press(again);
  assert.equal((await j.counts()).reduce((a, b) => a + b), 1);
});
