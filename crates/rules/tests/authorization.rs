//! The authorization matrix is checked in, so that a change of who may do what is seen in review.

#[test]
fn the_matrix_is_the_one_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/authorization.txt");
    let matrix = rules::access::matrix();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated")).unwrap();
        std::fs::write(path, &matrix).unwrap();
    }
    let checked_in = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}; write it with UPDATE_GENERATED=1"));
    assert_eq!(checked_in, matrix, "who may do what has changed; look at it, then UPDATE_GENERATED=1 cargo test -p rules");
}

#[test]
fn the_three_administrators_do_not_handle_cases() {
    use rules::access::{Role, role_may};
    use rules::case::command::Action;
    for action in Action::ALL {
        assert!(!role_may(Role::SystemAdmin, *action) && !role_may(Role::AuditAdmin, *action), "{action:?}");
        assert_eq!(role_may(Role::SecurityAdmin, *action), *action == Action::Erase, "{action:?}");
        assert!(Role::ALL.iter().filter(|r| role_may(**r, Action::Decide)).eq([&Role::Lead]), "only heads decide");
    }
}
