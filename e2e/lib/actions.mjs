// For every state of a case and every role, each action the page offers is pressed: its page, its form, its line in the history, its paper.
// Two specs share it, one for complaints and one for the rest: each takes as long as all others together.
import assert from 'node:assert/strict';
import { browserTest, CHINESE } from './browser.mjs';
import { complaint, day, fill, Journey, moment, PICTURE, report } from './journeys.mjs';
import { demo, site } from './program.mjs';

const DESK_ONLY = CHINESE.slice(1);

/** What has been done to a case when it stands in a state; each state begins with another one. */
const STATES = {
  complaint: {
    intake: [],
    sent: ['intake', ['clerk', 'send']],
    deciding: ['sent', ['officer', 'open']],
    identity: ['deciding', ['officer', 'ask_identity']],
    accepted: ['deciding', ['officer', 'accept']],
    refused: ['deciding', ['officer', 'refuse']],
    told: ['accepted', ['officer', 'tell', { matter: 'acceptance' }]],
    consented: ['told', ['officer', 'consent']],
    mediating: ['consented', ['officer', 'mediate']],
    recusal: ['mediating', ['officer', 'ask_recusal']],
    testing: ['mediating', ['officer', 'testing_out']],
    agreed: ['mediating', ['officer', 'agree']],
    terminated: ['mediating', ['officer', 'terminate']],
    closed: ['agreed', ['officer', 'close', { outcome: 'agreed' }]],
    asked: ['deciding', ['officer', 'ask']],
    appointed: ['mediating', ['officer', 'appoint']],
    grouped: ['deciding', ['officer', 'group']],
    again: ['closed', ['lead', 'reopen']],
  },
  report: {
    intake: [],
    sent: ['intake', ['clerk', 'send']],
    deciding: ['sent', ['officer', 'open']],
    disputed: ['deciding', ['officer', 'dispute']],
    elsewhere: ['deciding', ['officer', 'send_elsewhere']],
    verifying: ['deciding', ['officer', 'verify']],
    testing: ['verifying', ['officer', 'testing_out']],
    approval: ['verifying', ['officer', 'propose']],
    extension: ['verifying', ['officer', 'propose', { proposal: 'extend' }]],
    decided: ['approval', ['lead', 'decide']],
    closed: ['decided', ['officer', 'close', { outcome: 'filed', level: undefined }]],
  },
  consultation: {
    intake: [],
    sent: ['intake', ['clerk', 'send']],
    deciding: ['sent', ['officer', 'open']],
    closed: ['deciding', ['officer', 'answer']],
  },
};

const SUBMISSION = {
  complaint: () => complaint(),
  report: () => report(),
  consultation: () => report({ ask: ['consult'], narrative: '退货的运费由谁出？' }),
};

/** Papers by the action that issues them. */
const PAPERS = {
  ask_identity: 'identity_notice',
  accept: 'acceptance',
  refuse: 'refusal',
  terminate: 'termination',
  appoint: 'appointment',
  issue_agreement: 'agreement',
  feedback: 'result',
};

/** What is offered nearly everywhere and does the same everywhere: pressed once for each kind and role, not in each state. */
const SAME_EVERYWHERE = ['ask', 'contact', 'minutes', 'advertising', 'share_copy', 'group', 'ungroup', 'order', 'answer_order', 'settle_order', 'see_notice'];

/** What is typed into the fields of an action; what is not named here is left as the page fills it. */
const VALUES = {
  send: (j) => ({ to: { label: j.office }, basis: 'internal', note: '请尽快联系投诉人。' }),
  take_back: () => ({ reason: '分错了单位。' }),
  return: () => ({ reason: '被投诉人不在本所辖区。' }),
  order: () => ({ order_grade: 'urge', order_owner: 'unit', order_span: '24h', order_wanted: '请说明进展。' }),
  answer_order: () => ({ order_answer: '已联系双方。' }),
  settle_order: () => ({ order_settled: 'yes' }),
  urgent: () => ({ reason: '涉及食品安全，多人不适。' }),
  assign: () => ({ handler: { index: 1 } }),
  reclassify: (j) => ({ kind: j.kind === 'report' ? 'complaint' : 'report', reason: '经核对诉求，应按此类办理。' }),
  narrow: () => ({ narrative: '只保留与退款有关的部分。', other_narrative: '店里还卖过期奶粉。' }),
  ask_identity: () => ({ by: day(1), materials: '身份证复印件。' }),
  refuse: () => ({ ground: 'NA-7', reason: '法律、法规、规章规定的其他情形。' }),
  consent: (j) => ({ party: 'respondent', consent: 'publish', given: 'yes' }),
  mediate: () => ({ mode: 'phone' }),
  ask_recusal: () => ({ party: 'respondent', reason: '承办人与投诉人同住一院。' }),
  decide_recusal: () => ({ granted: 'no' }),
  testing_out: () => ({ institution: '清河县产品质量检验所', on: day() }),
  testing_back: () => ({ on: day(), result: '合格。' }),
  agree: () => ({ terms: '退货退款。', amount: '120.50', performed: true }),
  terminate: () => ({ termination: 'TM-3', reason: '经调解，双方表示无法达成协议。' }),
  find_clue: () => ({ what: '店内有三无电器。' }),
  verify: () => ({ note: '拟明日到店。' }),
  propose: (j) => (j.kind === 'report' ? { proposal: 'file', reason: '有违法线索，建议立案。' } : { reason: '请负责人审定。' }),
  decide: () => ({ approved: 'yes' }),
  send_elsewhere: () => ({ department: '县农业农村局', handed_over: true, reason: '农药登记不属于本局职责。' }),
  duplicate: (j) => ({ of: j.other, same_reporter: true, same_respondent: true, nothing_new: true }),
  supplement: () => ({ at: moment() }),
  dispute: () => ({ with: '邻县市场监督管理局', reason: '违法行为发生地在邻县。' }),
  settle_dispute: () => ({ ours: 'yes' }),
  answer: () => ({ answer: '一般由消费者承担，另有约定的从约定。', method: 'phone' }),
  note: () => ({ note: '下午再打一次电话。' }),
  withdraw: () => ({ reason: '本人来电撤回。' }),
  correct: () => ({ correction: 'respondent', respondent_name: `${shop()}（更正）`, reason: '营业执照上的名称。' }),
  merge: (j) => ({ into: j.other }),
  ask: () => ({ question: '请补充购买日期。' }),
  reply: () => ({ reply: '十月八日。' }),
  contact: () => ({ party: 'submitter', method: 'phone', reached: 'yes', said: '约定明日答复。' }),
  appoint: () => ({ appointed_at: moment(3), mode: 'in_person', place: '一楼调解室', mediators: '张三' }),
  end_appointment: () => ({ attendance: 'kept' }),
  minutes: () => ({ minutes: '双方到场，陈述意见。' }),
  feedback: () => ({ feedback_law: 'advertising-53', feedback_result: '已立案调查。' }),
  share_copy: () => ({ original: { index: 1 }, copy: { index: 2 }, party: 'submitter' }),
  follow_up: () => ({ method: 'phone', satisfaction: 'satisfied' }),
  ask_reopen: () => ({ reason: '来电要求再次联系商家。' }),
  reopen: () => ({ reason: '双方有和解意愿。' }),
};
let renamed = 0;
const shop = () => `清河县某商行${(renamed += 1)}`;

/** Pressed first, for they change least: one case serves for many; the last makes another kind of case of it. */
const GENTLE = ['note', 'urgent', 'add_evidence', 'consent', 'correct', 'tell', 'find_clue', 'assign', ...SAME_EVERYWHERE, 'appoint', 'ask_reopen', 'follow_up'];

/** Told by the rules only when the form is sent: offered, and answered with the reason why not. */
const LATE_REASONS = { mediate: ['told', 'accepted'] };

class Stage extends Journey {
  /** A new case in a state, made by sending the forms that the pages would send. */
  async make(kind, state) {
    this.kind = kind;
    const words = SUBMISSION[kind]();
    await this.fileQuietly(words);
    await this.as('clerk');
    await this.find('/desk/queue', words.respondent_name);
    for (const [role, action, more] of steps(kind, state)) {
      await this.as(role);
      await this.actQuietly(action, { ...this.values(action), ...(action === 'consent' ? { consent: 'mediation' } : {}), ...more });
    }
    return this;
  }

  /** The number of another case of the kind and the same person, which whoever acts can see; closed where the first is: only such two merge. */
  async another(kind, role, beside) {
    const others = (this.site.others ??= new Map());
    const state = beside === 'closed' ? 'closed' : role === 'clerk' ? 'intake' : 'deciding';
    const key = `${kind} ${state}`;
    if (!others.has(key)) {
      await this.make(kind, state);
      await this.as(state === 'intake' ? 'clerk' : 'officer');
      await this.open();
      others.set(key, (await this.page.locator('main small').first().innerText()).match(/\d{2}-[\w-]+/)[0]);
    }
    return others.get(key);
  }

  values(action) {
    const first = { tell: { party: 'submitter', method: 'phone' }, close: { level: 'shop', summary: '双方按约履行。' } };
    return VALUES[action]?.(this) ?? first[action] ?? {};
  }

  /** Fills a form; where nothing is chosen in a list that must be answered, the first choice. */
  async complete(form, action) {
    const values = this.values(action);
    for (const [name, value] of [['ground', 'NA-7'], ['termination', 'TM-3']]) {
      if (action === 'propose' && (await form.locator(`[name="${name}"]`).count())) values[name] = value;
    }
    for (const name of ['matter', 'outcome']) {
      const radios = form.locator(`input[type="radio"][name="${name}"]`);
      if ((await radios.count()) && !(await form.locator(`input[name="${name}"]:checked`).count())) await radios.first().check();
    }
    await fill(form, values);
  }

  /** On the page of the case: presses one offered action, sees what it did, and stands on the page of the case again. */
  async pressOffered(action, state, look) {
    if (action === 'supplement') {
      // Fields know minutes: the case must have come before this one.
      await this.actQuietly('correct', { correction: 'organ_receipt', at: moment(-1), reason: '补录收到时间。' });
      await this.open();
    }
    if (action === 'share_copy') {
      for (const _ of ['original', 'copy']) {
        const form = await this.ask('add_evidence');
        await fill(form, { file: PICTURE });
        await this.press(form.locator('button.act'));
        await this.open();
      }
    }
    const happened = await this.happened();
    const notes = await this.page.locator('#notes .notes li').count();
    const papers = await this.papers().count();
    const form = await this.ask(action);
    if (look) await this.look(`form-${action}`);
    if (action === 'add_evidence') await fill(form, { file: PICTURE });
    else await this.complete(form, action);
    const status = await this.press(form.locator('button.act'));
    if (LATE_REASONS[action]?.includes(state)) {
      assert.equal(status, 409, `${action}: the rules say no`);
      assert.ok((await this.page.locator('#errors li').innerText()).length > 5, `${action}: and say why`);
      return this.open();
    }
    await this.fine(action);
    assert.ok(await this.page.locator('.flash').isVisible(), `${action}: a sentence says that it is done`);
    const there = new URL(this.page.url()).pathname === this.case ? 200 : await this.open();
    if (there === 404) return there; // it went to another desk
    if (action === 'note') assert.equal(await this.page.locator('#notes .notes li').count(), notes + 1, 'the note stands with the notes');
    else if (this.role !== 'supervisor') assert.ok((await this.happened()) > happened, `${action}: the history has a new line`);
    if (PAPERS[action]) {
      assert.equal(await this.papers().count(), papers + 1, `${action}: its paper is listed`);
      assert.equal(await this.goto(await this.papers().last().getAttribute('href')), 200);
      assert.ok(await this.page.locator('main.paper').isVisible());
      return this.open();
    }
    return there;
  }

  papers() {
    return this.page.locator('aside a[href*="/paper/"]');
  }
}

function steps(kind, state) {
  const [before, ...own] = STATES[kind][state];
  return before === undefined ? [] : [...steps(kind, before), ...own];
}

const looked = new Set();
const rank = (action) => (action === 'reclassify' ? 100 : (GENTLE.indexOf(action) + 99) % 99);
const order = (a, b) => rank(a) - rank(b);

/** The tests of some kinds of case. */
export function pressAll(...kinds) {
  const town = site(() => demo());
  for (const [kind, states] of kinds.map((kind) => [kind, STATES[kind]])) {
    for (const state of Object.keys(states)) {
      for (const role of ['clerk', 'officer', 'lead', 'supervisor']) {
        browserTest(`${kind} · ${state} · ${role}`, { site: town, views: DESK_ONLY }, async (given) => {
          const j = new Stage({ ...given, site: town });
          j.office = await (await j.as('officer')).unit();
          j.other = await j.another(kind, role, state);
          await j.make(kind, state);
          await j.as(role);
          if ((await j.open()) === 404) return; // this role has no business with it
          // A head may all an officer may: only what is theirs alone is pressed once more.
          const own = role === 'lead' ? (action) => !offeredTo(kind, state).has(action) : () => true;
          const again = (action) => SAME_EVERYWHERE.includes(action) && looked.has(`${kind} ${role} ${action}`);
          const offered = (await j.offered()).filter((action) => !again(action)).sort(order);
          if (role === 'officer') offered.forEach((action) => offeredTo(kind, state).add(action));
          let there = 200;
          for (const action of offered.filter(own)) {
            // Merged as it stands in this state: what was pressed before may have closed it.
            if (there === 404 || action === 'merge' || !(await j.offered()).includes(action)) {
              await j.make(kind, state);
              await j.as(role);
              await j.open();
            }
            const first = !looked.has(action);
            looked.add(action).add(`${kind} ${role} ${action}`);
            there = await j.pressOffered(action, state, first);
          }
        });
      }
    }
  }
}

const officers = new Map();
function offeredTo(kind, state) {
  const key = `${kind} ${state}`;
  return officers.get(key) ?? officers.set(key, new Set()).get(key);
}
