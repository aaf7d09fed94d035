//! Asking for a lost receipt number. The page never says whether there was one.

use crate::usecase::fields::{Fields, Reader};
use crate::usecase::lost::{Request, admit, look};
use crate::usecase::{Denied, submit};
use crate::web::faults;
use crate::web::http::{Visitor, Web, page, page_with};
use crate::web::views::parts::{Errors, Link, Tone};
use crate::web::views::public::{Lost, Message};
use axum::extract::Form;
use axum::http::StatusCode;

pub(super) async fn lost_page(v: Visitor) -> Web {
    Ok(page(&Lost { l: v.l, ..Lost::default() }))
}

pub(super) async fn lost(v: Visitor, Form(pairs): Form<Vec<(String, String)>>) -> Web {
    let fields: Fields = pairs.into_iter().collect();
    let mut r = Reader::new(&fields);
    let name = r.need_line("name", 60);
    let phone = submit::phone(&mut r, "phone", true);
    let back = |v: Visitor, errors: Errors, status: StatusCode| {
        let view = Lost { l: v.l, name: fields.get("name").to_owned(), phone: fields.get("phone").to_owned(), errors };
        page_with(status, &view)
    };
    if let Err(Denied::Invalid(all)) = r.done(()) {
        let mut errors = Errors::default();
        for (field, code) in &all.0 {
            // Its own sentences: what was left at filing is asked for here.
            let own = format!("bad-lost-{field}");
            let ours = code == "required" && v.l.lang.has(&own);
            errors.add(field.as_str(), if ours { v.l.t(&own) } else { faults::sentence(v.l.lang, field, code) });
        }
        return Ok(back(v, errors, StatusCode::UNPROCESSABLE_ENTITY));
    }
    // The request is read at the desk, which works in Chinese.
    let words = crate::web::i18n::Lang::ZhCn.t("lost-request");
    let request = Request { locality: v.locality, name, phone, words, address: v.address.clone() };
    match admit(&v.app, &request).await {
        Err(Denied::Throttled) => {
            let mut errors = Errors::default();
            errors.add("", v.l.t("bad-busy"));
            return Ok(back(v, errors, StatusCode::TOO_MANY_REQUESTS));
        }
        other => other?,
    }
    let app = v.app.clone();
    // After the answer, so that its time tells nothing either.
    tokio::spawn(async move {
        if let Err(e) = look(&app, &request).await {
            tracing::error!(code = e.code(), "a request for a lost number was not stored");
        }
    });
    let text = vec![v.l.t("lost-sent-text"), v.l.t("lost-sent-counter")];
    let links = vec![Link::new("/track", v.l.t("nav-track")), Link::new("/", v.l.t("home-back"))];
    Ok(page(&Message { tone: Tone::Plain, title: v.l.t("lost-sent"), text, links, l: v.l }))
}
