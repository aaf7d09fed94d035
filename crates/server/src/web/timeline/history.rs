//! The history of a case: a line for every event, and the steps still to come.

use super::clocks::clock_name;
use super::{Reader, Teller};
use crate::usecase::read::Opened;
use crate::web::views::parts::{Entry, Mark};
use rules::case::event::{Correction, Event, Fact, Proposal, Registration, paper_of};
use rules::case::{Case, Decision};
use rules::clock::{Clock, ClockChange, Statutory};
use rules::law::{Kind, Party, Regime};
use rules::time::Instant;
use store::chain::Recorded;

/// Recorded so much later than it happened, an entry says so (补录).
const LATE_ENTRY_US: i64 = 10 * 60 * 1_000_000;

/// Title, more lines and mark of an entry under construction.
pub(super) struct Said {
    title: String,
    lines: Vec<String>,
    mark: Mark,
}

impl Said {
    pub(super) fn line(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.lines.push(text);
        }
        self
    }
    fn end(mut self) -> Self {
        self.mark = Mark::End;
        self
    }
}

impl Teller<'_> {
    /// The whole line of a case: what is to come (the farthest first), then what happened, newest first.
    #[must_use]
    pub fn entries(&self, opened: &Opened) -> Vec<Entry> {
        let mut out = self.to_come(&opened.loaded.case);
        out.reverse();
        out.extend(self.history(opened));
        out
    }

    /// What happened, newest first.
    #[must_use]
    pub fn history(&self, opened: &Opened) -> Vec<Entry> {
        let mut out: Vec<Entry> = opened.loaded.events.iter().filter_map(|(r, f)| self.entry(opened, r, f)).collect();
        out.reverse();
        out
    }

    /// That a case was erased, when and on which ground, and nothing else of it.
    #[must_use]
    pub fn erasure(&self, opened: &Opened) -> Vec<Entry> {
        let erased = |f: &Fact| matches!(f.event, Event::Erased { .. });
        opened.loaded.events.iter().filter(|(_, f)| erased(f)).filter_map(|(r, f)| self.entry(opened, r, f)).collect()
    }

    /// Whether a line is for this reader.
    fn shows(&self, case: &Case, r: &Recorded, event: &Event) -> bool {
        if self.reader == Reader::Desk {
            // Notes stand in a place of their own.
            return !matches!(event, Event::Noted { .. });
        }
        event.shown_to_submitter()
            && match event {
                // What the desk adds to a report is part of an investigation (Art. 37).
                Event::EvidenceAdded { .. } => r.by.actor.is_none() || case.kind != Kind::Report,
                Event::Decided { approved, proposal: Proposal::File { .. } | Proposal::NotFile { .. }, .. } => *approved,
                Event::AuthoritySettled { .. } => false,
                _ => true,
            }
    }

    fn entry(&self, opened: &Opened, r: &Recorded, fact: &Fact) -> Option<Entry> {
        let case = &opened.loaded.case;
        if !self.shows(case, r, &fact.event) {
            return None;
        }
        let mut said = self.say(opened, r, fact);
        if self.reader == Reader::Desk
            && let Some(actor) = r.by.actor
        {
            let unit = r.by.unit.map(|u| self.unit_at(u, r.effective_at)).unwrap_or_default();
            said.lines.push([unit, self.person(actor)].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "));
        }
        said.lines.extend(self.clock_lines(fact));
        let unknown = matches!(&fact.event, Event::Registered(reg) if reg.platform_at.is_none());
        if !unknown && r.recorded_at.0 - r.effective_at.0 > LATE_ENTRY_US {
            said.lines.push(self.lang.t1("tl-entered", "at", self.at(r.recorded_at)));
        }
        let links = paper_of(&fact.event).map(|(form, _)| self.paper_link(form.code(), &self.lang.code("form", form.code())));
        let (at, iso) = if unknown { (self.lang.t("tl-unknown"), String::new()) } else { (self.at(r.effective_at), iso(r.effective_at)) };
        Some(Entry { at, iso, title: said.title, lines: said.lines, mark: said.mark, links: links.into_iter().collect() })
    }

    /// What an event did to the clocks, in words.
    fn clock_lines(&self, fact: &Fact) -> Vec<String> {
        let name = |n: &rules::clock::ClockName| clock_name(self.lang, &self.world.pack, n);
        let line = |change: &ClockChange| match change {
            ClockChange::Set(c) if c.is_open() => {
                let mark = if c.due.provisional { self.lang.t("clock-provisional") } else { String::new() };
                Some(self.lang.t2("tl-clock-set", "clock", name(&c.name), "date", format!("{}{mark}", self.due(&c.due))))
            }
            ClockChange::Set(c) if matches!(fact.event, Event::CalendarLoaded { .. }) => {
                let verdict = self.lang.t(if c.met() == Some(true) { "clock-met" } else { "clock-missed" });
                Some(self.lang.t2("tl-clock-set", "clock", name(&c.name), "date", format!("{} · {verdict}", self.due(&c.due))))
            }
            ClockChange::Void { name: n, .. } if matches!(fact.event, Event::PackLoaded { .. }) => {
                Some(self.lang.t1("pack-clock-gone", "clock", name(n)))
            }
            ClockChange::Lapse { name: n } => Some(self.lang.t1("tl-clock-lapsed", "clock", name(n))),
            _ => None,
        };
        fact.clocks.iter().filter_map(line).collect()
    }

    pub(super) fn said(&self, event: &Event) -> Said {
        self.titled(self.lang.code("event", event.name()))
    }

    pub(super) fn titled(&self, title: String) -> Said {
        Said { title, lines: Vec::new(), mark: Mark::Done }
    }

    /// Words that only the desk reads.
    pub(super) fn inside<'o>(&self, text: &'o str) -> &'o str {
        if self.reader == Reader::Desk { text } else { "" }
    }

    pub(super) fn party(&self, party: Party) -> String {
        match (self.reader, party) {
            (Reader::Submitter, Party::Submitter) => self.lang.t("tl-you"),
            _ => self.lang.code("party", party.code()),
        }
    }

    fn say(&self, opened: &Opened, r: &Recorded, fact: &Fact) -> Said {
        let lang = self.lang;
        let own = self.reader == Reader::Submitter;
        let event = &fact.event;
        let text = |s| opened.text(Some(s));
        let text_opt = |s: &Option<_>| opened.text(s.as_ref()).to_owned();
        let number = |n: &Option<String>| n.clone().unwrap_or_default();
        match event {
            Event::Registered(reg) => self.registered(reg),
            Event::ReceivedByOrgan { seat, regime, .. } => {
                let said = self.titled(lang.t1("tl-received", "organ", self.organ(seat.organ)));
                said.line(if own || *regime == Regime::None { String::new() } else { lang.code("regime", regime.code()) })
            }
            Event::Sent { to, way: _, basis, note } => {
                let word = lang.t1("tl-basis", "basis", lang.code("basis", basis));
                let said = self.titled(lang.t1("tl-sent", "unit", self.unit_at(to.unit, r.effective_at))).line(word);
                let took = opened.loaded.case.registration.platform_at.map(|p| (r.effective_at.0 - p.0) / 60_000_000);
                let took = took.filter(|m| (0..60 * 24 * 30).contains(m));
                said.line(took.map(|m| lang.t1("tl-took", "time", lang.elapsed(m))).unwrap_or_default()).line(self.inside(&text_opt(note)))
            }
            Event::TakenBack { reason, .. } | Event::Returned { reason, .. } | Event::MarkedUrgent { reason } => {
                self.said(event).line(self.inside(text(reason)))
            }
            Event::Moved { to, handler, .. } => {
                let handler = handler.map(|p| lang.t1("tl-handler", "name", self.person(p))).unwrap_or_default();
                self.titled(lang.t1("tl-moved", "unit", self.unit_at(to.unit, r.effective_at))).line(self.inside(&handler))
            }
            Event::Opened { handler } => {
                let unit = r.by.unit.map(|u| self.unit_at(u, r.effective_at)).unwrap_or_default();
                let handler = lang.t1("tl-handler", "name", self.person(*handler));
                self.titled(lang.t1("tl-opened", "unit", unit)).line(self.inside(&handler))
            }
            Event::Assigned { handler } => self.said(event).line(lang.t1("tl-handler", "name", self.person(*handler))),
            Event::Reclassified { kind, reason, .. } => {
                self.titled(lang.t1("tl-reclassified", "kind", lang.code("kind", kind.code()))).line(text(reason))
            }
            Event::IdentityAsked { number, by, materials } => {
                self.said(event).line(lang.t1("tl-by", "date", self.day(*by))).line(text(materials)).line(number)
            }
            Event::Accepted { number: n } => self.said(event).line(number(n)).end(),
            Event::Refused { ground, reason, number: n, .. } => {
                let regime = opened.loaded.case.regime.unwrap_or(Regime::None);
                self.said(event).line(self.refusal_ground(regime, *ground)).line(self.inside(text(reason))).line(number(n)).end()
            }
            Event::Told { matter, party, by, proof } => {
                let title = lang.t2("tl-told", "who", self.party(*party), "what", lang.code("matter", matter.code()));
                let proof = if own && *party == Party::Respondent { String::new() } else { text_opt(proof) };
                self.titled(title).line(lang.t1("tl-method", "method", lang.code("tellby", by.code()))).line(proof)
            }
            Event::Consented { party, to, given } => {
                let key = if *given { "tl-consents" } else { "tl-declines" };
                self.titled(lang.t2(key, "who", self.party(*party), "what", lang.code("consent", to.code())))
            }
            Event::MediationStarted { mode, entrusted_to } => {
                let entrusted = entrusted_to.as_ref().map(|o| lang.t1("tl-entrusted", "to", o)).unwrap_or_default();
                self.said(event).line(lang.t1("tl-method", "method", lang.code("mode", mode.code()))).line(entrusted)
            }
            Event::RecusalAsked { party, reason } => {
                let mine = !own || *party == Party::Submitter;
                self.said(event).line(self.party(*party)).line(if mine { text(reason) } else { "" })
            }
            Event::RecusalDecided { granted } => {
                self.said(event).line(lang.t(if *granted { "tl-recusal-granted" } else { "tl-recusal-declined" }))
            }
            Event::TestingOut { institution, on } => self.said(event).line(institution).line(lang.t1("tl-pause", "date", self.day(*on))),
            Event::TestingBack { on, result } => {
                let shown = if opened.loaded.case.kind == Kind::Report { self.inside(text(result)) } else { text(result) };
                self.said(event).line(lang.t1("tl-resume", "date", self.day(*on))).line(shown)
            }
            Event::Agreed { terms, amount, performed } => {
                let sum = if amount.0 > 0 { lang.money(amount.0) } else { String::new() };
                let done = if *performed { lang.t("decision-performed") } else { String::new() };
                self.said(event).line(sum).line(done).line(self.inside(text(terms))).end()
            }
            Event::Terminated { ground, reason, number: n, .. } => {
                let regime = opened.loaded.case.regime.unwrap_or(Regime::None);
                let said = self.said(event).line(self.termination_ground(regime, *ground));
                said.line(self.inside(&text_opt(reason))).line(number(n)).end()
            }
            Event::ClueFound { what } => self.said(event).line(text(what)),
            Event::VerificationStarted { note } => self.said(event).line(self.inside(&text_opt(note))),
            Event::Proposed(p) => self.titled(lang.t1("tl-proposed", "what", self.proposal(p))).line(text(reason_of(p))),
            Event::Decided { approved, proposal, reason } => self.decided(*approved, proposal, &text_opt(reason)),
            Event::SentElsewhere { department, reason, .. } => self.said(event).line(department).line(self.inside(text(reason))).end(),
            Event::FoundDuplicate { .. } => self.said(event).end(),
            Event::Supplemented { at, .. } => self.said(event).line(self.at(*at)),
            Event::AuthorityDisputed { with, reason } => self.said(event).line(with).line(text(reason)),
            Event::AuthoritySettled { ours } => self.said(event).line(lang.t(if *ours { "tl-ours" } else { "tl-not-ours" })),
            Event::Answered { answer, channel: _ } => self.said(event).line(self.inside(text(answer))).end(),
            Event::EvidenceAdded { files, note } => {
                let key = match (own, r.by.actor) {
                    (true, None) => "tl-evidence-you",
                    (false, None) => "tl-evidence-person",
                    _ => "tl-evidence-desk",
                };
                let note = text_opt(note);
                self.titled(lang.t1(key, "n", files.len())).line(if r.by.actor.is_none() { note.as_str() } else { self.inside(&note) })
            }
            Event::Noted { note, .. } => self.said(event).line(text(note)),
            Event::Withdrawn { reason, settled } => {
                let done = if *settled { lang.t("tl-settled") } else { String::new() };
                self.said(event).line(done).line(text_opt(reason)).end()
            }
            Event::Closed { outcome, untrue, level, recovered, summary } => {
                let mut said = self.titled(lang.t1("tl-closed", "outcome", lang.code("outcome", outcome.code())));
                said = said.line(level.map(|l| lang.t1("tl-level", "level", lang.code("level", l.code()))).unwrap_or_default());
                if recovered.0 > 0 {
                    said = said.line(lang.t1("tl-recovered", "amount", lang.money(recovered.0)));
                }
                if *untrue {
                    said = said.line(lang.t("tl-untrue"));
                }
                said.line(self.inside(&text_opt(summary))).end()
            }
            Event::ClockLapsed => Said { mark: Mark::Late, ..self.said(event) },
            Event::Corrected { correction, reason } => self.said(event).line(self.correction(correction)).line(text(reason)),
            Event::Erased { reason } => self.said(event).line(reason),
            Event::Narrowed { .. }
            | Event::IdentityProved
            | Event::CalendarLoaded { .. }
            | Event::PackLoaded { .. }
            | Event::Merged { .. }
            | Event::Unmerged
            | Event::ImportUndone => self.said(event),
            _ => self.say_care(opened, event),
        }
    }

    fn registered(&self, reg: &Registration) -> Said {
        let lang = self.lang;
        let kind = lang.code("kind", reg.kind.code());
        let key = if self.reader == Reader::Submitter { "tl-registered-you" } else { "tl-registered" };
        let mut said = self.titled(lang.t1(key, "kind", kind));
        if !reg.files.is_empty() {
            said = said.line(lang.t1("tl-files", "n", reg.files.len()));
        }
        if reg.historical {
            said = said.line(lang.t("tl-historical"));
        }
        let channel = reg.channel.split(':').next().unwrap_or_default();
        said.line(self.inside(&lang.code("channel", channel)))
    }

    fn decided(&self, approved: bool, proposal: &Proposal, reason: &str) -> Said {
        let lang = self.lang;
        let title = match (approved, proposal) {
            (true, Proposal::File { .. }) => lang.code("outcome", "filed"),
            (true, Proposal::NotFile { .. }) => lang.code("outcome", "not_filed"),
            (true, Proposal::Extend { .. } | Proposal::Refuse { .. } | Proposal::Terminate { .. }) => {
                lang.t1("tl-approved", "what", self.proposal(proposal))
            }
            (false, _) => lang.t1("tl-not-approved", "what", self.proposal(proposal)),
        };
        let said = self.titled(title);
        let said = match proposal {
            Proposal::NotFile { ground, leniency, .. } => {
                let item = leniency.as_ref().map_or(String::new(), |item| lang.t1("decision-leniency", "item", item));
                said.line(lang.code("not-filing", ground.code())).line(item)
            }
            _ => said,
        };
        let said = said.line(self.inside(reason));
        if approved && !matches!(proposal, Proposal::Extend { .. }) { said.end() } else { said }
    }

    fn proposal(&self, proposal: &Proposal) -> String {
        match proposal {
            Proposal::File { .. } => self.lang.code("outcome", "filed"),
            Proposal::NotFile { .. } => self.lang.code("outcome", "not_filed"),
            Proposal::Refuse { .. } => self.lang.code("action", "refuse"),
            Proposal::Terminate { .. } => self.lang.code("action", "terminate"),
            Proposal::Extend { clock, .. } => self.lang.t1("tl-extend", "clock", clock_name(self.lang, &self.world.pack, clock)),
        }
    }

    fn correction(&self, correction: &Correction) -> String {
        let lang = self.lang;
        match correction {
            Correction::OrganReceipt { at, .. } => lang.t1("tl-correct-receipt", "at", self.at(*at)),
            Correction::Respondent { respondent } => lang.t1("tl-correct-respondent", "name", &respondent.name),
            Correction::Amount { amount } => {
                lang.t1("tl-correct-amount", "amount", amount.map(|a| lang.money(a.0)).unwrap_or_else(|| "—".to_owned()))
            }
            Correction::KnewOn { on } => lang.t1("tl-correct-knew", "date", lang.date(*on)),
            Correction::Recovered { recovered } => lang.t1("tl-recovered", "amount", lang.money(recovered.0)),
            Correction::Told { matter, at, .. } => {
                lang.t2("tl-correct-told", "what", lang.code("matter", matter.code()), "at", self.at(*at))
            }
        }
    }

    /// The steps still to come, the nearest first, each with its latest date where a clock of it runs.
    #[must_use]
    pub fn to_come(&self, case: &Case) -> Vec<Entry> {
        if case.is_over() || case.registration.historical {
            return Vec::new();
        }
        let law = |which: Statutory| case.clock(&which.into()).filter(|c| c.is_open());
        let dispatch = || case.clocks.iter().filter(|c| c.is_open() && self.waits_for_sending(c)).min_by_key(|c| c.due.at);
        let mut steps: Vec<(&'static str, Option<&Clock>)> = Vec::new();
        if !case.with_unit {
            steps.push(("come-send", dispatch()));
        }
        if case.desk_at.is_none() {
            steps.push(("come-open", None));
        }
        match case.kind {
            Kind::Complaint => {
                let untold = !case.untold().is_empty();
                let refused = matches!(case.decision, Some(Decision::Refused(..)));
                match case.decision {
                    None => steps.push(("come-decide", law(Statutory::L1))),
                    Some(_) if untold && case.settlement.is_none() => steps.push(("come-tell", law(Statutory::L1))),
                    Some(_) => {}
                }
                if !refused && case.settlement.is_none() {
                    let limit = [Statutory::L2, Statutory::L2b].into_iter().filter_map(law).min_by_key(|c| c.due.at);
                    steps.push(("come-mediate", limit));
                }
                if untold && case.settlement.is_some() {
                    steps.push(("come-tell-end", law(Statutory::L3)));
                }
            }
            Kind::Report => {
                if case.filed.is_none() && !case.elsewhere && !case.duplicate {
                    steps.push(("come-verify", law(Statutory::L5).or_else(|| law(Statutory::L4))));
                }
                if case.filed.is_some() && !case.untold().is_empty() {
                    steps.push(("come-tell", law(Statutory::L6)));
                }
            }
            Kind::Consultation | Kind::Other => {
                let local = case.clocks.iter().filter(|c| c.is_open() && !self.waits_for_sending(c)).min_by_key(|c| c.due.at);
                steps.push(("come-answer", local));
            }
        }
        steps.push(("come-close", None));
        steps.into_iter().map(|(key, clock)| self.todo(key, clock)).collect()
    }

    fn waits_for_sending(&self, clock: &Clock) -> bool {
        self.world.pack.promise(clock).is_some_and(|l| l.stop == rules::pack::Stop::Sent)
    }

    fn todo(&self, key: &str, clock: Option<&Clock>) -> Entry {
        let at = clock.map(|c| self.lang.t1("tl-latest", "date", self.due(&c.due))).unwrap_or_default();
        // What the submitter is promised is a task to the desk.
        let own = format!("{key}-desk");
        let key = if self.reader == Reader::Desk && self.lang.has(&own) { own.as_str() } else { key };
        Entry { at, title: self.lang.t(key), mark: Mark::Todo, ..Entry::default() }
    }
}

fn reason_of(p: &Proposal) -> &rules::case::event::Sealed {
    match p {
        Proposal::File { reason }
        | Proposal::NotFile { reason, .. }
        | Proposal::Refuse { reason, .. }
        | Proposal::Terminate { reason, .. }
        | Proposal::Extend { reason, .. } => reason,
    }
}

/// `2026-11-20T14:02`, for machines.
fn iso(at: Instant) -> String {
    let c = at.civil();
    format!("{}T{:02}:{:02}", c.date(), c.hour(), c.minute())
}
