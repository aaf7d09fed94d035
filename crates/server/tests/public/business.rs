//! The business looked up on the public form without a script.

use super::support::Town;
use super::{COMPLAINT, file, with};
use fangxin::usecase::register;
use store::scope::{Reason, Scope};

const LIST: &str = "统一社会信用代码,名称,别名,地址\n91330100799655058B,清和县力量健身有限公司,力量健身（文昌店）,清和县文昌路9号\n";

#[tokio::test]
async fn without_a_script_it_is_looked_up_chosen_and_kept_until_it_is_renamed() {
    let town = Town::open().await;
    let scope = Scope::system(town.locality, Reason::Setup);
    register::bring(&town.app, &scope, "名录.csv", LIST.as_bytes().into(), true).await.unwrap().unwrap();
    let mut b = town.browser();
    b.get("/file").await.shows(200, &["在名录里查找这家", "name=\"uscc\""]);
    let asked = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "力量健"), ("find", "1")]), &[]).await;
    asked.shows(200, &["name=\"take\" value=\"91330100799655058B\"", "value=\"力量健\"", "关门，要求退还"]);
    let none = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "别的店名"), ("find", "1")]), &[]).await;
    none.shows(200, &["名录里没有找到"]);
    let taken = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "力量健"), ("take", "91330100799655058B")]), &[]).await;
    taken.shows(200, &["value=\"清和县力量健身有限公司\"", "name=\"uscc\" value=\"91330100799655058B\""]);
    // Under one of its names the code goes along; under another it does not.
    let fields = with(&COMPLAINT, &[("uscc", "91330100799655058B")]);
    b.upload("/file", &fields, &[]).await.shows(200, &["name=\"uscc\" value=\"91330100799655058B\""]);
    let renamed = with(&fields, &[("respondent_name", "另一家店")]);
    b.upload("/file", &renamed, &[]).await.shows(200, &["另一家店"]).hides(&["91330100799655058B"]);
    file(&mut b, &fields).await;
    let (number, _) = super::pair(&b);
    let case = town.submission(&number).await.1.remove(0);
    assert_eq!(case.case.registration.respondent.uscc.as_deref(), Some("91330100799655058B"));
}
