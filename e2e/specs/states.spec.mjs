// Every page of the style guide in each of its states, and every page of each role's menu: accessible, within its width, still while it
// loads, from this host alone. One server, one sign-in for each role.
import assert from 'node:assert/strict';
import { accessible, browserTest, CHINESE, DESK, fitsWidth, PHONE } from '../lib/browser.mjs';
import { Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

/** Most a page may move while it loads (CLS), and most the first page may weigh. */
const STILL = 0.02;
const LIGHT = 60 * 1024;

/** How much of the page moved that nobody moved: the sum of its layout shifts. */
const moved = (page) => page.evaluate(() => new Promise((done) => {
  let sum = 0;
  const add = (entries) => entries.forEach((entry) => { if (!entry.hadRecentInput) sum += entry.value; });
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => { add(observer.takeRecords()); done(sum); })));
}));

async function still(page, what) {
  const shift = await moved(page);
  assert.ok(shift <= STILL, `${what} moves while it loads: ${shift}`);
}

browserTest('a page that moves is found', { site: town, views: CHINESE.slice(1) }, async ({ page, url }) => {
  await page.goto(url('/'));
  await still(page, 'the first page');
  await page.evaluate(() => { const block = document.createElement('p'); block.style.height = '300px'; document.body.prepend(block); });
  assert.ok((await moved(page)) > STILL, 'a block put above everything is a shift');
});

for (const state of ['full', 'empty', 'error']) {
  // English is the longest, Chinese what most read; zh-TW has the same pages.
  const views = [[PHONE, 'en'], [DESK, 'zh-CN']].map(([width, locale]) => ({ width, locale }));
  browserTest(`every page, ${state}`, { site: town, views, timeout: 300_000 }, async ({ page, url, view, shot }) => {
    await page.goto(url('/styleguide'));
    const links = await page.locator(`a[href^="/styleguide/"][href$="/${state}"]`).evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.ok(links.length > 40, `${links.length} pages`);
    const wrong = [];
    for (const href of links) {
      try {
        assert.equal((await page.goto(url(href))).status(), 200, href);
        await fitsWidth(page);
        await still(page, href);
        await accessible(page);
      } catch (error) {
        wrong.push(error.message);
        await shot(`wrong${href}`);
      }
    }
    assert.deepEqual(wrong, [], `${view.width} ${view.locale}:\n${wrong.join('\n\n')}`);
  });
}

browserTest('the guide itself', { site: town }, async ({ page, url, look }) => {
  await page.goto(url('/styleguide'));
  await look('styleguide');
  await still(page, 'the guide');
});

browserTest('the first page is light', { site: town, views: CHINESE.slice(0, 1) }, async ({ page, url }) => {
  await page.goto(url('/'));
  const weight = await page.evaluate(() => {
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return all.reduce((sum, entry) => sum + entry.transferSize, 0);
  });
  assert.ok(weight > 1024 && weight <= LIGHT, `${weight} bytes`);
});

browserTest('what everybody may open stays still', { site: town, views: CHINESE }, async ({ page, url }) => {
  for (const path of ['/', '/file', '/track', '/lost', '/expect', '/privacy', '/desk/sign-in']) {
    assert.equal((await page.goto(url(path))).status(), 200, path);
    await still(page, path);
  }
});

for (const role of ['clerk', 'officer', 'lead', 'supervisor', 'system_admin', 'security_admin', 'audit_admin']) {
  browserTest(`pages of the ${role} stay still`, { site: town, views: CHINESE }, async (given) => {
    const j = new Journey({ ...given, site: town });
    await j.as(role);
    await j.goto('/desk');
    const links = await j.page.locator('header nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const path of [...new Set([...links, '/desk/account', '/desk/account/second', '/desk/keys'])]) {
      assert.equal(await j.goto(path), 200, path);
      await still(j.page, path);
    }
  });
}
