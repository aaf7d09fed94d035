//! Addresses as people write them.

use super::{Division, Gazetteer, Ground};
use rstest::rstest;

fn at(text: &str, near: Option<&str>) -> String {
    let near = near.and_then(Division::parse);
    Gazetteer::standard().locate(text, near).map_or_else(String::new, |p| p.division.to_string())
}

#[rstest]
#[case("浙江省金华市金东区", "330703")]
#[case("金华市金东区多湖街道", "330703001")]
#[case("义乌", "330782")]
#[case("浙江金华多湖街道", "330703001")]
#[case::as_preset_before_what_was_written("浙江省宁波市余姚市中国浙江省丽水市遂昌县龙谷路", "331123")]
#[case::abolished("宁波市江东区金家一路", "330212")]
#[case::abolished_and_split("杭州市江干区九堡镇", "330102018")]
#[case::a_road_is_no_place("绍兴路5号捷盛行平行进口车销售部", "")]
#[case::nor_is_a_garden("三江国际花园北面商铺", "")]
#[case::several_of_that_name("鼓楼区中山路1号", "")]
#[case::told_by_its_city("南京鼓楼区中山路1号", "320106")]
#[case::a_direction_is_no_county("柯桥东区八楼西边78号", "330603")]
#[case::traditional("臺州市路橋區", "331004")]
#[case("", "")]
#[case("，，，", "")]
fn an_address_is_read(#[case] text: &str, #[case] code: &str) {
    assert_eq!(at(text, None), code, "{text}");
}

#[rstest]
#[case("鼓楼区中山路1号", "320102", "320106")]
#[case("多湖街道康济街", "330703", "330703001")]
#[case("多湖街道康济街", "110101", "")]
fn the_locality_that_asks_decides_between_places_of_one_name(#[case] text: &str, #[case] near: &str, #[case] code: &str) {
    assert_eq!(at(text, Some(near)), code, "{text}");
}

#[test]
fn what_is_ambiguous_stays_open() {
    let place = Gazetteer::standard().locate("杭州市江干区市民街155号", None).unwrap();
    assert_eq!((place.division.to_string().as_str(), place.ground), ("3301", Ground::Named));
    assert_eq!(place.open.iter().map(ToString::to_string).collect::<Vec<_>>(), ["330102", "330114"]);
}

#[test]
fn names_and_codes() {
    let g = Gazetteer::standard();
    let township = Division::parse("330703001").unwrap();
    assert_eq!(g.full_name(township), "浙江省金华市金东区多湖街道");
    assert_eq!(g.full_name(Division::parse("110105").unwrap()), "北京市朝阳区");
    assert!(Division::parse("0330").is_none() && Division::parse("33070").is_none() && Division::parse("33070a").is_none());
}

/// Any text at all is read in a time that grows with its length, and never fails.
#[test]
fn hostile_text_is_read_too() {
    let g = Gazetteer::standard();
    for text in ["浙江".repeat(50_000), "县".repeat(100_000), "😀𬭎".repeat(50_000), "东区西区".repeat(40_000)] {
        drop(g.locate(&text, None));
    }
}
