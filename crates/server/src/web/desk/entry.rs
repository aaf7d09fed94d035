//! Entry by telephone and at the counter: one screen, by keyboard alone. What is known of the caller and what may be the same matter is
//! shown while it is typed; nothing is stored before the clerk has seen it.

use super::account::Sent;
use super::rows::title_of;
use super::{errors_of, label};
use crate::usecase::Denied;
use crate::usecase::entry::{self, BY, KINDS};
use crate::usecase::fields::Fields;
use crate::usecase::submit::Fate;
use crate::web::http::{Desk, Intake, Web, page, page_with};
use crate::web::i18n::Lang;
use crate::web::keys::{Place, key};
use crate::web::public::business;
use crate::web::views::clerk::{Entered, Entry, Known, KnownRow};
use crate::web::views::parts::{Choice, Control, Errors, Field, Group, Link, Tag, Tone};
use crate::web::views::register::Found;
use axum::Form;
use axum::http::StatusCode;
use rules::law::{Channel, Demand, Kind, TellBy};
use store::personal::{hex, random};
use store::queue::Line;

pub(super) async fn form(d: Desk<Intake>) -> Web {
    Ok(page(&view(&d, &Fields::default(), Known::default(), Errors::default())))
}

fn view(d: &Desk<Intake>, fields: &Fields, known: Known, errors: Errors) -> Entry {
    let l = d.v.l.lang;
    let nonce = Some(fields.get("nonce").to_owned()).filter(|n| n.len() >= 16);
    let kind = Some(fields.get("kind")).filter(|k| !k.is_empty()).unwrap_or(Kind::Complaint.code());
    let by = Some(fields.get("by")).filter(|b| !b.is_empty()).unwrap_or(BY[0]);
    let kinds = KINDS.iter().map(|k| (Choice::new(k.code(), l.code("kind", k.code()), kind), key(Place::Entry, k.code())));
    let text = |name: &'static str| Field::text(l, name, label(l, name)).value(fields.get(name)).errors(&errors);
    // A digit typed chooses: no key beyond typing.
    let asks = (1..).zip(Demand::ALL).map(|(n, x)| Choice::new(x.code(), format!("{n} {}", l.code("demand", x.code())), fields.get("ask")));
    let select = |name: &'static str, words: String, first: String, choices: Vec<Choice>| {
        let all = std::iter::once(Choice::new("", first, fields.get(name))).chain(choices).collect();
        let control = Control::Select(vec![Group { label: String::new(), choices: all }]);
        Field::new(l, name, words, control).value(fields.get(name)).errors(&errors)
    };
    let channels = Channel::ALL.iter().map(|c| Choice::new(c.code(), l.code("proper-channel", c.code()), fields.get("proper_channel")));
    let methods = [TellBy::Phone, TellBy::InPerson].map(|m| Choice::new(m.code(), l.code("tellby", m.code()), fields.get("method")));
    let more = vec![
        text("uscc").max(40).hint(l.t("register-uscc-hint")),
        text("address").max(300).hint(l.t("hint-entry-address")),
        Field::money(l, "amount", label(l, "amount")).value(fields.get("amount")).errors(&errors),
        Field::new(l, "received", l.t("entry-received"), Control::DateTime)
            .value(fields.get("received"))
            .hint(l.t("entry-received-hint"))
            .errors(&errors),
        Field::area(l, "entered_late", label(l, "entered_late")).value(fields.get("entered_late")).max(5000).errors(&errors),
        Field::check(l, "anonymous", l.t("entry-anonymous"), fields.ticked("anonymous")),
        Field::check(l, "publish", l.t("entry-publish"), fields.ticked("publish")),
        Field::check(l, "entrust", l.t("entry-entrust"), fields.ticked("entrust")),
    ];
    let folded = ["uscc", "address", "amount", "received", "entered_late", "anonymous", "publish", "entrust"];
    Entry {
        nonce: nonce.unwrap_or_else(|| hex(&random::<32>(&mut d.v.app.random())).chars().take(32).collect()),
        by: BY.iter().map(|b| Choice::new(*b, l.code("channel", b), by)).collect(),
        kinds: kinds.collect(),
        main: vec![
            Field::tel(l, "phone", label(l, "phone")).value(fields.get("phone")).max(40).required().errors(&errors),
            text("name").max(60).required(),
            text("respondent_name").max(200).required(),
            text("respondent_address").max(300),
            Field::area(l, "narrative", label(l, "narrative")).value(fields.get("narrative")).max(20_000).required().errors(&errors),
            select("ask", l.t("entry-ask"), l.t("choose"), asks.collect()).required().class("only-complaint"),
        ],
        answer: vec![
            Field::area(l, "answer", label(l, "answer"))
                .value(fields.get("answer"))
                .max(5000)
                .hint(l.t("entry-answer-hint"))
                .errors(&errors),
            select("proper_channel", label(l, "channel"), "—".into(), channels.collect()),
            select("method", label(l, "method"), l.t("entry-method-usual"), methods.into()),
        ],
        more,
        open: folded.iter().any(|name| !fields.get(name).is_empty() || errors.of(name).is_some()),
        known,
        errors,
        l: d.layout(),
    }
}

fn row(d: &Desk<Intake>, line: &Line, why: Vec<Tag>) -> KnownRow {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let received = line.platform_at.or(line.organ_at).unwrap_or(line.registered_at);
    let ago = l.elapsed((now.0 - received.0).max(0) / 60_000_000);
    KnownRow {
        href: format!("/desk/case/{}", line.token),
        line: format!("{} {} · {}", l.code("kind", &line.kind), line.number, title_of(l, line)),
        received: format!("{} · {ago}", l.stamp(received)),
        state: l.code("stage", &line.stage),
        why,
    }
}

async fn look(d: &Desk<Intake>, fields: &Fields) -> Result<Known, Denied> {
    let l = d.v.l.lang;
    let (phone, business) = (fields.get("phone"), fields.get("respondent_name"));
    let found = entry::known(&d.v.app, &d.scope, phone, business).await?;
    let tags = |like: &entry::Like| {
        let mut out = Vec::new();
        if like.same_phone {
            out.push(Tag::new(Tone::Soon, l.t("entry-same-phone")));
        }
        if like.same_business {
            out.push(Tag::new(Tone::Soon, l.t("entry-same-business")));
        }
        out
    };
    Ok(Known {
        l,
        looked: !phone.trim().is_empty() || !business.trim().is_empty(),
        name: found.name,
        earlier: found.earlier.iter().map(|line| row(d, line, Vec::new())).collect(),
        seen: found.like.iter().map(|x| x.line.token.as_str()).collect::<Vec<_>>().join(","),
        like: found.like.iter().map(|x| row(d, &x.line, tags(x))).collect(),
        found: Found::default(),
    })
}

/// What is known of a caller, alone, while the number is being typed. By POST: a telephone number stands in no address and no log.
pub(super) async fn known(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    Ok(page(&look(&d, &Fields::from_iter(pairs)).await?))
}

pub(super) async fn save(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let mut fields = Fields::from_iter(pairs);
    let l = d.v.l.lang;
    let taken = !fields.get("take").is_empty();
    business::take(&d.v, &mut fields).await?;
    let looking = fields.ticked("look") || taken;
    let read = entry::read(&fields, d.v.app.clock().now());
    let incoming = match read {
        Ok(incoming) if !looking => incoming,
        // What is missing is said when it is saved, not when the caller is looked up.
        read => {
            let errors = if looking { Errors::default() } else { read.err().map_or_else(Errors::default, |f| errors_of(l, &f)) };
            let status = if looking { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let mut known = look(&d, &fields).await?;
            if looking && !taken {
                known.found = business::found(&d.v, fields.get("respondent_name"), true).await?;
            }
            return Ok(page_with(status, &view(&d, &fields, known, errors)));
        }
    };
    let known = look(&d, &fields).await?;
    let sent: Vec<&str> = fields.get("seen").split(',').collect();
    let unseen = known.like.iter().any(|x| !sent.iter().any(|s| !s.is_empty() && x.href.ends_with(s)));
    // What is sent again because no answer came has itself among what looks alike: its number says so.
    if unseen && !entry::is_known(&d.v.app, &d.scope, &incoming).await? {
        let mut errors = Errors::default();
        errors.add("", l.t("entry-unseen"));
        return Ok(page_with(StatusCode::CONFLICT, &view(&d, &fields, known, errors)));
    }
    if let (Some(channel), true) = (Channel::parse(fields.get("proper_channel")), fields.get("answer").trim().is_empty()) {
        let words = l.t1("entry-go-to", "channel", l.code("proper-channel", channel.code()));
        fields.0.insert("answer".into(), vec![words]);
    }
    let entered = entry::enter(&d.v.app, &d.scope, &incoming, &fields).await?;
    Ok(page(&entered_view(&d, l, &entered)))
}

fn entered_view(d: &Desk<Intake>, l: Lang, entered: &entry::Entered) -> Entered {
    let (token, number, kind) = &entered.case;
    let case = format!("/desk/case/{token}");
    let mut links = vec![Link::new("/desk/new", l.t("entered-next"))];
    let form = match kind {
        Kind::Complaint => Some("complaint"),
        Kind::Report => Some("report"),
        _ => None,
    };
    if let Some(form) = form {
        links.push(Link::new(format!("{case}/paper/{form}"), l.t1("entered-print", "form", l.code("form", form))));
        links.push(Link::new(format!("{case}/add-evidence"), l.t("entered-scan")));
    }
    if entered.answered.is_none() && entered.receipt.fate == Fate::Accepted {
        links.push(Link::new(format!("{case}/send"), l.code("action", "send")));
    }
    links.push(Link::new(case, l.t1("entered-open", "number", number)));
    let fate = match (entered.receipt.fate, &entered.answered) {
        (Fate::Changed, _) => l.t("entered-changed"),
        (Fate::AlreadyKnown, _) => l.t("entered-again"),
        (_, Some(_)) => l.t("entered-answered"),
        _ => l.t("entered-waits"),
    };
    Entered {
        title: l.t1("entered-head", "kind", l.code("kind", kind.code())),
        receipt: entered.receipt.number.clone(),
        code: entered.receipt.code.clone().unwrap_or_default(),
        fate,
        links,
        l: d.layout(),
    }
}
