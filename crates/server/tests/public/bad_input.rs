use super::support::{Town, png};
use super::{COMPLAINT, file, pair, with};

/// Every mistake at its field and in the summary, everything typed still there, nothing stored.
#[tokio::test]
async fn each_mistake_has_its_sentence_and_nothing_is_lost() {
    let town = Town::open().await;
    let mut b = town.browser();
    let cases: [(&str, &str, &str); 14] = [
        ("narrative", "", "请写一写发生了什么"),
        ("narrative", "坏", "请写一写发生了什么"),
        ("respondent_name", "", "请写商家名称"),
        ("respondent_address", "", "请写商家地址"),
        ("ask", "", "请至少选一项"),
        ("amount", "三千八", "金额请写数字"),
        ("amount", "-5", "金额不能是负数"),
        ("amount", "99999999999999999999", "金额太大"),
        ("amount", "1.234", "最多两位小数"),
        ("name", "", "请写真实姓名"),
        ("phone", "", "请写能联系到您的电话"),
        ("phone", "138", "请写能联系到您的电话"),
        ("phone", "5501201", "请带上区号"),
        ("address", "", "请写通讯地址"),
    ];
    for (field, value, sentence) in cases {
        let mut typed = with(&COMPLAINT, &[(field, "")]);
        typed.push((field, value));
        let page = b.post("/file/contact", &typed).await;
        page.shows(422, &["还差一点", sentence, &format!("href=\"#f-{field}\"")]);
        let page = page.text();
        for (name, kept) in COMPLAINT.iter().filter(|(n, _)| *n != field && *n != "ask") {
            assert!(page.contains(kept), "{name} was lost after a mistake in {field}");
        }
        if !value.is_empty() {
            assert!(page.contains(value), "{value} was lost");
        }
    }
    let page = b.post("/file/contact", &with(&COMPLAINT, &[("id_number", "330703199001011230")])).await;
    page.shows(422, &["身份证号码"]);
    let page = b.post("/file/contact", &with(&COMPLAINT, &[("uscc", "91330703MA2900000X")])).await;
    assert_eq!(page.status.as_u16(), 422);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn a_megabyte_of_text_gets_a_clear_sentence_and_comes_back() {
    let town = Town::open().await;
    let mut b = town.browser();
    let long = "文".repeat(350_000);
    let mut typed: Vec<(&str, &str)> = COMPLAINT[..6].iter().filter(|(n, _)| *n != "narrative").copied().collect();
    typed.push(("narrative", &long));
    let page = b.upload("/file", &typed, &[]).await;
    page.shows(422, &["最多 20,000 字"]);
    assert!(page.text().contains(&long));
    // Beyond reason it is refused as a whole.
    let huge = "x".repeat(4 << 20);
    b.post("/file/contact", &[("narrative", huge.as_str())]).await.shows(413, &["内容太大"]);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn rare_characters_emoji_and_code_stay_what_they_are() {
    let town = Town::open().await;
    let mut b = town.browser();
    let text = "㛃䶮𬭎 👨‍👩‍👧 =HYPERLINK(\"x\") '; DROP TABLE cases; -- <script>alert(1)</script>";
    let typed = with(&COMPLAINT, &[("name", "㛃䶮𬭎"), ("respondent_name", "<b>龘</b>&\"店\"")]);
    let mut typed: Vec<(&str, &str)> = typed.into_iter().filter(|(n, _)| *n != "narrative").collect();
    typed.push(("narrative", text));
    file(&mut b, &typed).await;
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    assert_eq!(cases[0].case.registration.respondent.name, "<b>龘</b>&\"店\"");
    let token = cases[0].case.registration.token.clone();
    let page = b.get("/track/case").await;
    page.shows(200, &["&#60;b&#62;龘"]).hides(&["<b>龘"]);
    b.get(&format!("/track/paper/{token}/complaint")).await.shows(200, &["㛃䶮𬭎", "👨‍👩‍👧", "DROP TABLE"]).hides(&["<script>alert"]);
    assert_eq!(town.cases().await, 1);
}

#[tokio::test]
async fn only_pictures_documents_sound_and_film_are_taken() {
    let town = Town::open().await;
    let mut b = town.browser();
    let typed = &COMPLAINT[..6];
    let bad: [(&str, &[u8]); 8] = [
        ("a.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"),
        ("a.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>"),
        ("a.png", b"#!/bin/sh\nrm -rf /\n"),
        ("a.html", b"<html><body>hello</body></html>"),
        ("a.docx", b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("a.zip", b"PK\x03\x04[Content_Types].xml"),
        ("a.elf", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
    ];
    for (name, bytes) in bad {
        let page = b.upload("/file", typed, &[(name, bytes.to_vec()), ("good.png", png())]).await;
        page.shows(422, &["不能收这种文件", name, "10月8日办了3800元年卡", "good.png"]);
        assert_eq!(page.values("kept").len(), 1, "the good file is kept beside {name}");
    }
    b.upload("/file", typed, &[("empty.png", Vec::new())]).await.shows(422, &["文件是空的"]);
    let good: [(&str, &[u8]); 4] = [
        ("合同.pdf", b"%PDF-1.7\n1 0 obj"),
        ("录音.mp3", b"ID3\x03\0\0\0\0\0\0aaaaaaaaaaaaaa"),
        ("表.docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0aaaaaaaaaaaa\x13\0\x08\x02[Content_Types].xml"),
        ("老.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1aaaaaaaaaaaaaaa"),
    ];
    let files: Vec<(&str, Vec<u8>)> = good.iter().map(|(n, b)| (*n, b.to_vec())).collect();
    let page = b.upload("/file", typed, &files).await;
    page.shows(200, &["合同.pdf", "录音.mp3", "表.docx", "老.doc"]);
    let ten: Vec<(&str, Vec<u8>)> = (0..10).map(|_| ("x.png", png())).collect();
    let page = b.upload("/file", typed, &ten).await;
    page.shows(422, &["文件太多"]);
    assert_eq!(page.values("kept").len(), 9);
}

#[tokio::test]
async fn a_name_cannot_make_a_file_something_else() {
    let town = Town::open().await;
    let mut b = town.browser();
    let second = b.upload("/file", &COMPLAINT[..6], &[("../../etc/report.html", png())]).await;
    second.shows(200, &["report.html.png"]).hides(&["etc/report"]);
    let kept = second.values("kept");
    let mut all = COMPLAINT.to_vec();
    all.push(("kept", &kept[0]));
    file(&mut b, &all).await;
    let (number, _) = pair(&b);
    let (submission, _) = town.submission(&number).await;
    let path = format!("/track/evidence/{}", submission.files[0].0.id);
    let got = b.get(&path).await;
    // A head without a picture cannot be shown; it comes as it was sent, to be saved.
    assert_eq!(got.bytes, png());
    let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    assert!(header("content-disposition").ends_with("report.html.png"));
    // What is not a picture is only ever saved.
    let more = b.upload("/track/evidence", &[], &[("合同.pdf", b"%PDF-1.7\nhello".to_vec())]).await;
    assert_eq!(more.to(), "/track/case");
    let (submission, _) = town.submission(&number).await;
    let got = b.get(&format!("/track/evidence/{}", submission.files[1].0.id)).await;
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(got.headers["content-type"], "application/octet-stream");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;
    let town = Town::open().await;
    let request = Request::post("/file/contact")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "fangxin.example")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("narrative=x"))
        .unwrap();
    let answer = town.service.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn too_many_submissions_from_one_place_have_to_wait_and_lose_nothing() {
    let town = Town::open().await;
    let mut b = town.browser();
    let nonces: Vec<String> = (0..61).map(|i| format!("{i:032}")).collect();
    for (i, nonce) in nonces.iter().enumerate() {
        let mut typed = with(&COMPLAINT, &[("nonce", "")]);
        typed.retain(|(n, _)| *n != "nonce");
        let mut typed: Vec<(&str, &str)> = typed;
        typed.push(("nonce", nonce));
        let page = b.post("/file/contact", &typed).await;
        if i < 60 {
            assert_eq!(page.status.as_u16(), 303, "{i}: {}", page.text());
        } else {
            page.shows(429, &["请过几分钟再试", "10月8日办了3800元年卡", "13800006021"]);
        }
    }
    town.later(16);
    assert_eq!(b.post("/file/contact", &COMPLAINT).await.to(), "/receipt");
}
