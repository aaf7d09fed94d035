// What people do with the pages, by field name and address, never by the words on them: the same journey is walked in every language.
import assert from 'node:assert/strict';
import http from 'node:http';

const SESSION = 'fx-session';
let drawn = 0;

/** A name nobody else has, so that its case is found again. */
export const unique = (word) => `${word}${process.pid % 1000}${(Date.now() % 1e6).toString()}${(drawn += 1)}`;

/** Shanghai's date `days` from today, `YYYY-MM-DD`. */
export const day = (days = 0) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
/** Shanghai's clock `days` from now, as a `datetime-local` field takes it. */
export const moment = (days = 0) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 16);

/** A simple complaint, as a consumer words it. */
export const complaint = (more = {}) => ({
  narrative: '11月20日在店里买的电饭煲，用了两次就不通电，店家不退也不修，说过了三天。',
  respondent_name: unique('顺意家电行'),
  respondent_address: '清河县城关镇解放路18号',
  ask: ['refund'],
  name: '林秀英',
  phone: '13800138000',
  address: '清河县东门街道桂花巷3号',
  publish: true,
  entrust: true,
  ...more,
});

/** A report with a name. */
export const report = (more = {}) => ({
  narrative: '这家店把过期的奶粉撕掉标签重新上架，仓库里还有几十罐，后门能看见。',
  respondent_name: unique('福满园副食店'),
  respondent_address: '清河县北关市场12号',
  ask: ['report'],
  name: '赵国强',
  phone: '13900139000',
  ...more,
});

const FIRST = ['narrative', 'respondent_name', 'respondent_address', 'ask', 'amount', 'evidence'];

/** Fills the fields of a form by name: text, choices, boxes, dates, files. */
export async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]:not([type=hidden]):not([hidden])`);
    const type = await field.first().evaluate((node) => node.type);
    if (type === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (type === 'checkbox' && typeof value === 'boolean') await field.first().setChecked(value);
    else if (type === 'checkbox') for (const one of [value].flat()) await form.locator(`[name="${name}"][value="${one}"]`).check();
    else if (type.startsWith('select')) await field.selectOption(value);
    else if (type === 'file') await field.setInputFiles(value);
    else await field.fill(String(value));
  }
}

/** A walk through the pages in one browser context: as the public, and as whoever of the desk `as` names. */
export class Journey {
  constructor({ page, context, url, look, site }) {
    Object.assign(this, { page, context, url, look, site, inputs: 0, screens: 0 });
  }

  async goto(path) {
    const answer = await this.page.goto(this.url(path));
    return answer.status();
  }

  /** Clicks what leads to another page, waits for that page, and gives its status. */
  async press(target) {
    const { page } = this;
    let status;
    const note = (answer) => {
      if (answer.request().isNavigationRequest() && answer.frame() === page.mainFrame()) status = answer.status();
    };
    page.on('response', note);
    const loaded = page.waitForEvent('load');
    loaded.catch(() => {}); // when the click fails, that is what is told
    await target.click();
    await loaded;
    page.off('response', note);
    return status;
  }

  /** Fails when the page says that something is wrong. */
  async fine(what) {
    const errors = this.page.locator('#errors');
    if (await errors.count()) assert.fail(`${what}: ${(await errors.innerText()).replaceAll('\n', ' ')}`);
  }

  /** The first screen of the public form, filled but not sent. */
  async say(words) {
    await this.goto('/file');
    const first = Object.fromEntries(FIRST.filter((name) => name in words).map((name) => [name, words[name]]));
    await fill(this.page.locator('form[action="/file"]'), first);
    this.inputs = Object.values(first).flat().length;
    this.screens = 1;
  }

  /** The second screen, filled but not sent. */
  async introduce(words) {
    await this.press(this.page.locator('form[action="/file"] button.key'));
    await this.fine('first screen');
    const form = this.page.locator('form[action="/file/contact"]');
    const second = Object.fromEntries(Object.entries(words).filter(([name]) => !FIRST.includes(name)));
    await fill(form, second);
    this.inputs += Object.keys(second).length;
    this.screens += 1;
  }

  /** Files what `words` say and gives `{ number, code }` of the receipt. */
  async file(words) {
    await this.say(words);
    await this.introduce(words);
    await this.press(this.page.locator('form[action="/file/contact"] button[value="send"]'));
    await this.fine('second screen');
    return this.receipt();
  }

  async receipt() {
    const text = async (id) => (await this.page.locator(id).innerText()).trim();
    return { number: await text('#no'), code: await text('#code') };
  }

  /** Opens the tracking page by receipt number and code, or phone. */
  async track({ number, code }, secret = code) {
    await this.goto('/track');
    if (await this.page.locator('form[action="/track/leave"]').count()) {
      await this.press(this.page.locator('form[action="/track/leave"] button'));
      await this.goto('/track');
    }
    await fill(this.page.locator('form[action="/track"]'), { receipt: number, secret });
    return this.press(this.page.locator('form[action="/track"] button.act'));
  }

  /** Signs in at the desk in a role, by the form the first time and by the kept session afterwards. */
  async as(role) {
    const kept = (this.site.sessions ??= new Map());
    await this.page.goto('about:blank'); // a page of the one before still asks ahead for cases, and would do it as somebody else
    await this.context.clearCookies({ name: SESSION });
    this.role = role;
    if (kept.has(role)) {
      await this.context.addCookies([{ name: SESSION, value: kept.get(role), url: this.site.url, httpOnly: true, sameSite: 'Lax' }]);
      return this;
    }
    await this.signIn(people(this.site)[role]);
    const cookies = await this.context.cookies();
    kept.set(role, cookies.find((cookie) => cookie.name === SESSION).value);
    return this;
  }

  async signIn({ login, password }) {
    const form = this.page.locator('form[action="/desk/sign-in"]');
    if (!(await form.count())) await this.goto('/desk/sign-in');
    await fill(form, { login, password });
    const status = await this.press(form.locator('button.act'));
    await this.fine(`sign-in as ${login}`);
    return status;
  }

  /** The name of the unit of whoever is signed in. */
  async unit() {
    if (this.site.units?.has(this.role)) return this.site.units.get(this.role);
    await this.goto('/desk/account');
    const name = (await this.page.locator('.bar .who span').first().innerText()).split(' · ')[0];
    (this.site.units ??= new Map()).set(this.role, name);
    return name;
  }

  /** Finds a case in a list by words it shows, and remembers it as the one to act on. */
  async find(list, words) {
    await this.goto(`${list}${list.includes('?') ? '&' : '?'}q=${encodeURIComponent(words)}`);
    const link = this.page.locator('tr', { hasText: words }).locator('a[data-item]');
    assert.equal(await link.count(), 1, `${list} lists ${words} once`);
    this.case = new URL(await link.getAttribute('href'), this.url()).pathname;
    return this.case;
  }

  open(path = this.case) {
    return this.goto(path);
  }

  /** How many things the history of the page says have happened. */
  happened() {
    return this.page.locator('.line > li:not(.todo)').count();
  }

  /** The actions the page offers, by their codes. */
  async offered() {
    const links = await this.page.locator('.acts a').evaluateAll((all) => {
      // The way to the next case of the queue stands there too.
      return all.map((a) => a.getAttribute('href')).filter((href) => href.startsWith(`${location.pathname}/`));
    });
    return links.map((href) => href.split('/').pop().replaceAll('-', '_'));
  }

  /** Opens the page of an offered action of the case. */
  async ask(action) {
    const path = `/${action.replaceAll('_', '-')}`;
    const link = this.page.locator(`.acts a[href$="${path}"]`);
    if (!(await link.count())) assert.fail(`${action} is not offered; offered are ${(await this.offered()).join(', ')}`);
    assert.equal(await this.press(link), 200, `the page of ${action}`);
    return this.page.locator('main form[method="post"]').last();
  }

  /** Does an offered action with its form, and sees that it is done: a sentence, a new line in the history, no complaint. */
  async act(action, values = {}, { lookAs } = {}) {
    await this.open();
    const before = await this.happened();
    const form = await this.ask(action);
    await fill(form, values);
    if (lookAs) await this.look(lookAs);
    await this.press(form.locator('button.act'));
    await this.fine(action);
    assert.ok(await this.page.locator('.flash[role="status"]').isVisible(), `${action}: a sentence says that it is done`);
    const landed = this.page.url();
    if (new URL(landed).pathname !== this.case) await this.open();
    assert.ok((await this.happened()) > before, `${action}: the history has a new line`);
    return landed;
  }

  /** Files without showing the form, from a network address of its own: a place has many people, a test only one address. */
  async fileQuietly({ evidence, ...words }) {
    const from = `127.${1 + (drawn >> 16)}.${(drawn >> 8) & 255}.${(drawn += 1) & 255}`;
    const page = await request(this.url('/file'), { localAddress: from });
    const nonce = page.body.match(/name="nonce" value="(\w+)"/)[1];
    const fields = Object.entries({ ...words, nonce, go: 'send' }).filter(([, value]) => value !== false);
    const pairs = fields.flatMap(([name, value]) => [value].flat().map((one) => [name, one === true ? '1' : one]));
    const answer = await request(this.url('/file/contact'), { localAddress: from, method: 'POST' }, new URLSearchParams(pairs).toString());
    assert.equal(answer.status, 303, answer.body);
    const [number, code] = answer.cookies.match(/fx-receipt=([^;]+)/)[1].split('.');
    return { number, code };
  }

  /** Does an action without showing its page. */
  async actQuietly(action, values = {}) {
    if (!this.page.url().startsWith(this.site.url)) await this.goto('/track');
    const path = `${this.case}/${action.replaceAll('_', '-')}`;
    const done = await this.page.evaluate(sendForm, { path, values });
    assert.ok(!done.error && done.status < 400, `${path}: ${done.status} ${done.error ?? ''}`);
  }

  /** Tells a party about a matter. */
  tell(matter, party = 'submitter', method = 'phone') {
    return this.act('tell', { matter, party, method, proof: '已电话告知，通话两分钟。' });
  }

  /** A clerk sends the new case to the unit of the officer; the officer opens it. */
  async handQuietly(words) {
    const unit = await (await this.as('officer')).unit();
    await this.as('clerk');
    await this.find('/desk/queue', words);
    await this.actQuietly('send', { to: { label: unit }, basis: 'internal' });
    await this.as('officer');
    await this.actQuietly('open');
    return this.open();
  }

  /** The same, page by page. */
  async hand(words, { look } = {}) {
    const unit = await (await this.as('officer')).unit();
    await this.as('clerk');
    await this.find('/desk/queue', words);
    await this.act('send', { to: { label: unit }, basis: 'internal' }, { lookAs: look && 'clerk-send' });
    await this.as('officer');
    const sent = await this.find('/desk/mine?show=new', words);
    await this.open(sent);
    if (look) await this.look('officer-new-case');
    await this.act('open');
    return sent;
  }

  /** To where mediation has begun, without showing the pages. */
  async mediateQuietly() {
    await this.actQuietly('accept');
    await this.actQuietly('tell', { matter: 'acceptance', party: 'submitter', method: 'phone' });
    await this.actQuietly('consent', { party: 'respondent', consent: 'mediation', given: 'yes' });
    await this.actQuietly('mediate', { mode: 'phone' });
    return this.open();
  }

  /** Acceptance, told; the business consents too (who complains asks for mediation); mediation begins. */
  async mediate({ look } = {}) {
    await this.act('accept', {}, { lookAs: look && 'officer-accept' });
    await this.tell('acceptance');
    await this.act('consent', { party: 'respondent', consent: 'mediation', given: 'yes' });
    await this.act('mediate', { mode: 'phone' }, { lookAs: look && 'officer-mediate' });
  }

  /** Opens a paper of the case, sees that it is there, prints it, and gives its words. */
  async paper(form, lookAs) {
    await this.open();
    const link = this.page.locator(`aside a[href$="/paper/${form}"]`).first();
    assert.ok(await link.count(), `the case links to the paper ${form}`);
    assert.equal(await this.goto(await link.getAttribute('href')), 200);
    return this.readPaper(lookAs);
  }

  async readPaper(lookAs) {
    const { page } = this;
    const words = await page.locator('main.paper').innerText();
    if (lookAs) await this.look(lookAs);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('main.paper').isVisible(), 'the paper is printed');
    assert.ok(await page.locator('.paper-tools').isHidden(), 'the buttons around it are not');
    const printed = await page.pdf({ format: 'A4' });
    assert.equal(printed.subarray(0, 5).toString(), '%PDF-');
    await page.emulateMedia({ media: null });
    return words;
  }
}

/** One request outside the browser: `{ status, body, cookies }`. */
function request(url, options, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } : {};
    const ask = http.request(url, { ...options, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body: text, cookies: (answer.headers['set-cookie'] ?? []).join('\n') }));
    });
    ask.on('error', reject).end(body);
  });
}

/**
 * Runs in a page: fetches the page at `path`, fills its last form (or the one `form` selects) with `values` over what the page itself
 * has filled in, sends it, and says where that led. What a person does by hand in a second, for the steps a test only needs behind it.
 */
async function sendForm({ path, values }) {
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), 'text/html');
  const page = await fetch(path);
  const form = [...(await parse(page)).querySelectorAll('main form[method="post"]')].pop();
  if (!form) return { status: page.status, error: 'no form' };
  const data = new URLSearchParams();
  for (const el of form.elements) {
    if (!el.name || el.type === 'file' || el.tagName === 'BUTTON') continue;
    const given = el.type === 'hidden' ? undefined : values[el.name];
    if (el.type === 'radio' || el.type === 'checkbox') {
      const on = given === undefined ? el.defaultChecked : given === true || [given].flat().includes(el.value);
      if (on) data.append(el.name, el.value);
    } else if (el.tagName === 'SELECT') {
      const all = [...el.options];
      const named = given?.label ? all.find((o) => o.text === given.label) : all[given?.index];
      const own = given === undefined ? all.find((o) => o.defaultSelected) ?? all[0] : undefined;
      data.append(el.name, (named ?? own)?.value ?? given);
    } else {
      data.append(el.name, given ?? el.defaultValue);
    }
  }
  const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: data });
  const errors = (await parse(answer)).querySelector('#errors');
  return { status: answer.status, error: errors?.textContent.replace(/\s+/g, ' ').trim() };
}

/** Sign-ins the demonstration printed for its first locality, by role: `{ login, password }`. Officer and lead are of one office. */
export function people(site) {
  const { stdout } = site.server.program;
  const password = stdout.match(/password[^:\n]*: (\S+)/)[1];
  const found = {};
  for (const [, role, first, others] of stdout.matchAll(/^ +(clerk|officer|lead|\w+_admin|supervisor) +(\S+)(.*)$/gm)) {
    const office = others.match(/\S+-s01(-lead)?(?=\s|$)/)?.[0];
    found[role] ??= { login: office ?? first, password };
  }
  return found;
}

/** A small picture, as a phone would send it. */
export const PICTURE = {
  name: '小票.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAABgAAAAgCAIAAACHPC9vAAAAIklEQVR4nGP4QCXAMGrQqEGjBo0aNGrQqEGjBo0aNDwMAgBKr3B5qXkSFwAAAABJRU5ErkJggg==', 'base64'),
};
