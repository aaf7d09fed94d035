// Every page of every role, full and empty, at both widths.
import assert from 'node:assert/strict';
import { browserTest, CHINESE } from '../lib/browser.mjs';
import { fill, Journey, people } from '../lib/journeys.mjs';
import { demo, serve, site } from '../lib/program.mjs';

const town = site(() => demo());
const fresh = site(() => serve());
const ADMIN = { login: 'first', password: 'Fangxin-first-2026' };

const ROLES = ['clerk', 'officer', 'lead', 'supervisor', 'system_admin', 'security_admin', 'audit_admin'];

for (const role of ROLES) {
  browserTest(`pages of the ${role}`, { site: town }, async (given) => {
    const j = new Journey({ ...given, site: town });
    await j.as(role);
    assert.equal(await j.goto('/desk'), 200);
    const links = await j.page.locator('header nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.ok(links.length >= 2, 'a menu');
    for (const path of [...new Set([...links, '/desk/account'])]) {
      assert.equal(await j.goto(path), 200, path);
      assert.equal(await j.page.locator('h1').count(), 1, `${path} has one heading`);
      if (links.includes(path)) assert.ok(await j.page.locator('header nav [aria-current="page"]').count(), `${path} is marked in the menu`);
      await j.look(`${role}${path.replace('/desk', '')}`);
    }
  });
}

browserTest('an officer\'s list leads to a case, keys move in it', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.as('officer');
  await j.goto('/desk/mine?show=unit');
  const items = j.page.locator('a[data-item]');
  assert.ok((await items.count()) > 3, 'the demonstration has cases');
  await j.look('officer-unit');
  await j.page.keyboard.press('j');
  assert.ok(await items.first().evaluate((node) => node === document.activeElement), 'j goes to the first');
  await j.page.keyboard.press('j');
  assert.ok(await items.nth(1).evaluate((node) => node === document.activeElement), 'and to the next');
  const loaded = j.page.waitForEvent('load');
  await j.page.keyboard.press('Enter');
  await loaded;
  assert.match(j.page.url(), /\/desk\/case\//);
  await j.look('officer-case');
  await j.page.keyboard.press('?');
  assert.ok(await j.page.locator('dialog#keys[open]').isVisible(), '? lists the keys');
  await j.look('officer-keys');
});

browserTest('search finds a case by words of its story', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.as('clerk');
  await j.goto('/desk/queue');
  const name = (await j.page.locator('a[data-item]').first().innerText()).trim();
  await j.goto('/desk/search');
  await fill(j.page.locator('form[role="search"]'), { q: name });
  await j.page.keyboard.press('Enter');
  await j.page.locator('#list a[data-item]').first().waitFor();
  await j.look('clerk-search-found');
  await j.goto('/desk/search?q=' + encodeURIComponent('这几个字哪里也没有'));
  assert.equal(await j.page.locator('#list a[data-item]').count(), 0);
  await j.look('clerk-search-none');
});

browserTest('signing out ends the session', { site: town, views: CHINESE.slice(1) }, async (given) => {
  const j = new Journey({ ...given, site: town });
  await j.signIn(people(town).lead);
  const [cookie] = (await j.context.cookies()).filter((c) => c.name === 'fx-session');
  assert.ok(cookie.httpOnly);
  await j.press(j.page.locator('form[action="/desk/sign-out"] button'));
  assert.match(j.page.url(), /sign-in/);
  await j.look('signed-out');
  await j.context.addCookies([{ ...cookie }]);
  await j.goto('/desk/mine');
  assert.match(j.page.url(), /sign-in/, 'the old cookie opens nothing');
});

browserTest('an empty store: first administrator, then empty pages', { site: fresh }, async (given) => {
  const j = new Journey({ ...given, site: fresh });
  if (!fresh.ready) {
    const link = fresh.server.program.stderr.match(/\/setup\/[0-9a-f]+/)?.[0];
    assert.ok(link, 'the terminal shows a one-time link');
    assert.equal(await j.goto(link), 200);
    await j.look('setup');
    await j.press(j.page.locator('main form button.act').last());
    assert.ok(await j.page.locator('#errors').isVisible(), 'an empty form says what is missing');
    await j.look('setup-empty');
    const form = j.page.locator('main form').last();
    await fill(form, { place_code: '990203', place_name: '白云县', place_name_en: 'Baiyun County', place_pack_id: 'national' });
    await fill(form, { place_organ: '白云县市场监督管理局', place_short: '白云' });
    await fill(form, { person_name: '陈管理', ...ADMIN, repeat: ADMIN.password });
    await j.press(form.locator('button.act'));
    await j.fine('setup');
    assert.equal(await j.goto(link), 404, 'the link works once');
    fresh.ready = true;
  }
  await j.context.clearCookies();
  await j.goto('/desk/sign-in');
  await j.look('sign-in');
  await j.signIn(ADMIN);
  // The first administrator has two roles, each with pages of its own.
  for (const [role, path] of [['system_admin', '/desk/units'], ['security_admin', '/desk/people'], ['system_admin', '/desk/notices']]) {
    await j.goto('/desk/account');
    const choice = j.page.locator('form[action="/desk/role"]');
    await choice.locator(`input[value^="${role}."]`).check();
    await j.press(choice.locator('button.act'));
    assert.equal(await j.goto(path), 200, path);
    await j.look(`empty${path.replace('/desk', '')}`);
  }
  await j.goto('/desk/account');
  await j.look('empty-account');
  await j.goto('/');
  await j.look('empty-home');
});
