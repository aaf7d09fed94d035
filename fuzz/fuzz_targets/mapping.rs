#![no_main]

use fangxin::usecase::import::draft::Draft;
use fangxin::usecase::import::mapping::Mapping;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let header = ["a".to_owned(), "b".to_owned()];
    if let Ok(mapping) = Mapping::parse("f", &text) {
        assert!(!mapping.series.is_empty());
    }
    // What the form makes of a mapping, it makes again of its own.
    let draft = Draft::of(&text, &header);
    if draft.check().is_ok() {
        assert!(Mapping::parse("f", &draft.text()).is_ok(), "{}", draft.text());
        assert_eq!(Draft::of(&draft.text(), &header).columns, draft.columns);
    }
});
