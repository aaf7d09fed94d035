//! The tables `verify` walks, each in the order of the streams its rows belong to.

use super::rows::{Bytes, Int, Table, Text};
use crate::statements;

statements! {
    EVENTS = "SELECT locality, stream, seq, family, type, schema, recorded_at, effective_at, actor, unit, organ, body, prev, hash
        FROM event WHERE (locality, stream, seq) >= ($1, $2, $3) ORDER BY locality, stream, seq LIMIT $4";
    ACCESS = "SELECT locality, reader, seq, at, reader_kind, case_id, fields, purpose, prev, hash
        FROM access_log WHERE (locality, reader, seq) >= ($1, $2, $3) ORDER BY locality, reader, seq LIMIT $4";
    WAITING_EVENTS = "SELECT locality, stream, from_seq, to_seq, access FROM unsequenced
        WHERE access = FALSE AND (locality, stream, from_seq) >= ($1, $2, $3) ORDER BY locality, stream, from_seq LIMIT $4";
    WAITING_ACCESS = "SELECT locality, stream, from_seq, to_seq, access FROM unsequenced
        WHERE access <> FALSE AND (locality, stream, from_seq) >= ($1, $2, $3) ORDER BY locality, stream, from_seq LIMIT $4";
    LOG_EVENTS = "SELECT l.locality, l.stream, l.seq, l.pos, l.access, l.leaf, n.hash AS node
        FROM log l LEFT JOIN tree_node n ON n.level = 0 AND n.idx = l.pos
        WHERE l.access = FALSE AND (l.locality, l.stream, l.seq) >= ($1, $2, $3) ORDER BY l.locality, l.stream, l.seq LIMIT $4";
    LOG_ACCESS = "SELECT l.locality, l.stream, l.seq, l.pos, l.access, l.leaf, n.hash AS node
        FROM log l LEFT JOIN tree_node n ON n.level = 0 AND n.idx = l.pos
        WHERE l.access <> FALSE AND (l.locality, l.stream, l.seq) >= ($1, $2, $3) ORDER BY l.locality, l.stream, l.seq LIMIT $4";
    CASES = "SELECT locality, id, submission, token, number, kind, regime, stage, done, historical, urgent, channel, series, organ, unit,
        intake_organ, intake_unit, handler, with_unit, platform_at, organ_at, desk_at, registered_at, due_at, due_clock, provisional,
        sort_at, respondent, demands, amount, outcome, untrue, level, recovered, closed_at, merged_into, erased, seq, head,
        last_recorded_at, projection, group_id, above_organ, asked, responsible FROM cases WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    CLOCKS = "SELECT locality, case_id, name, basis, start_at, span, due_at, due_on, provisional, calendar, state, state_at, lapsed
        FROM clock WHERE (locality, case_id, name) >= ($1, $2, $3) ORDER BY locality, case_id, name LIMIT $4";
    KEYS = "SELECT locality, stream, wrapped FROM stream_key WHERE (locality, stream) >= ($1, $2) ORDER BY locality, stream LIMIT $3";
    SEALED_VALUES = "SELECT locality, stream, field, version, ciphertext FROM sealed
        WHERE (locality, stream, field, version) >= ($1, $2, $3, $4) ORDER BY locality, stream, field, version LIMIT $5";
    BLINDS = "SELECT locality, case_id, kind, hash FROM blind
        WHERE (locality, case_id, kind, hash) >= ($1, $2, $3, $4) ORDER BY locality, case_id, kind, hash LIMIT $5";
    TITLES = "SELECT locality, case_id, title FROM case_title WHERE (locality, case_id) >= ($1, $2) ORDER BY locality, case_id LIMIT $3";
    TEXTS = "SELECT locality, case_id, doc, indexed, folded FROM search_text
        WHERE (locality, case_id) >= ($1, $2) ORDER BY locality, case_id LIMIT $3";
    SUBMISSIONS = "SELECT locality, id, receipt, code, channel, series, external_id, received_at, recorded_at, seq FROM submission
        WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    EVIDENCES = "SELECT locality, submission, id, media_type, size, plain_sha256, sealed_sha256, added_at FROM evidence
        WHERE (locality, submission, id) >= ($1, $2, $3) ORDER BY locality, submission, id LIMIT $4";
    BUSINESS_ROWS = "SELECT locality, id, uscc, name, aliases, address, division, kind, closed, valid_from FROM business
        WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    UNDERTAKING_ROWS = "SELECT locality, id, kind, organ, title, from_day, until_day, opened_at, done, closed_at, tasks, tasks_open, next_due,
        cases, unchecked FROM undertaking WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    UNDERTAKING_LINKS = "SELECT locality, undertaking, what, target FROM undertaking_link
        WHERE (locality, undertaking, what, target) >= ($1, $2, $3, $4) ORDER BY locality, undertaking, what, target LIMIT $5";
    LOCALITY_ROWS = "SELECT code, name, name_en, registry FROM locality WHERE code >= $1 ORDER BY code LIMIT $2";
    PACK_ROWS = "SELECT locality, valid_from, pack_id, version, texts FROM pack WHERE (locality, valid_from) >= ($1, $2)
        ORDER BY locality, valid_from LIMIT $3";
    ORGAN_ROWS = "SELECT locality, id, valid_from, code, name, short, parent, intake_unit, market_regulator FROM organ
        WHERE (locality, id, valid_from) >= ($1, $2, $3) ORDER BY locality, id, valid_from LIMIT $4";
    UNIT_ROWS = "SELECT locality, id, valid_from, organ, parent, code, kind, name, phone, address, closed, merged_into, why
        FROM unit WHERE (locality, id, valid_from) >= ($1, $2, $3) ORDER BY locality, id, valid_from LIMIT $4";
    PERSON_ROWS = "SELECT locality, id, login, name, active FROM person WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    ROLE_ROWS = "SELECT locality, person, role, unit FROM role WHERE (locality, person, role, unit) >= ($1, $2, $3, $4)
        ORDER BY locality, person, role, unit LIMIT $5";
    CREDENTIAL_ROWS = "SELECT locality, person, hash FROM credential WHERE (locality, person) >= ($1, $2)
        ORDER BY locality, person LIMIT $3";
    SECOND_ROWS = "SELECT locality, person, sealed, codes FROM second_step WHERE (locality, person) >= ($1, $2)
        ORDER BY locality, person LIMIT $3";
    NOTICE_ROWS = "SELECT locality, loaded_at, year, text FROM notice WHERE (locality, loaded_at) >= ($1, $2)
        ORDER BY locality, loaded_at LIMIT $3";
    ARRANGEMENT_ROWS = "SELECT locality, id, body FROM arrangement WHERE (locality, id) >= ($1, $2) ORDER BY locality, id LIMIT $3";
    MARKERS = "SELECT locality, case_id, kind, at FROM marker
        WHERE (locality, case_id, kind) >= ($1, $2, $3) ORDER BY locality, case_id, kind LIMIT $4";
    SUPERVISIONS = "SELECT locality, case_id, what, n, owner, grade, state, at, due_at, issuer FROM supervision
        WHERE (locality, case_id, what, n, owner) >= ($1, $2, $3, $4, $5) ORDER BY locality, case_id, what, n, owner LIMIT $6";
    INSPECTION_ROWS = "SELECT locality, organ, at, made_at, body FROM inspection WHERE (locality, organ, at) >= ($1, $2, $3)
        ORDER BY locality, organ, at LIMIT $4";
    VIEW_ROWS = "SELECT locality, id, owner, unit, shared, name, query FROM saved_view WHERE (locality, id) >= ($1, $2)
        ORDER BY locality, id LIMIT $3";
    CHECK_ROWS = "SELECT locality, unit, on_day, checked_at, person, open_cases, left_over FROM day_check
        WHERE (locality, unit, on_day, checked_at) >= ($1, $2, $3, $4) ORDER BY locality, unit, on_day, checked_at LIMIT $5";
    SEQUENCES = "SELECT locality, organ, form, year, last FROM sequence WHERE (locality, organ, form, year) >= ($1, $2, $3, $4)
        ORDER BY locality, organ, form, year LIMIT $5";
    INTAKE_KEYS = "SELECT key, locality, submission, body FROM intake_key WHERE key >= $1 ORDER BY key LIMIT $2";
    VERSIONS = "SELECT version, name, sha256, applied_at, hash FROM schema_version WHERE version >= $1 ORDER BY version LIMIT $2";
    POSITIONS = "SELECT l.pos, l.leaf, n.hash AS node FROM log l LEFT JOIN tree_node n ON n.level = 0 AND n.idx = l.pos
        WHERE l.pos >= $1 ORDER BY l.pos LIMIT $2";
    NODES = "SELECT level, idx, hash FROM tree_node WHERE level = $1 AND idx >= $2 ORDER BY idx LIMIT $3";
    NODE_COUNTS = "SELECT level, COUNT(*), MIN(idx), MAX(idx) FROM tree_node GROUP BY level ORDER BY level";
    HEADS = "SELECT size, previous, root, at, signature FROM tree_head WHERE size >= $1 ORDER BY size LIMIT $2";
    PEOPLE_IDS = "SELECT id FROM person WHERE locality = $1 ORDER BY id LIMIT 100000";
    UNIT_IDS = "SELECT DISTINCT id FROM unit WHERE locality = $1 ORDER BY id LIMIT 100000";
    ORGAN_IDS = "SELECT DISTINCT id FROM organ WHERE locality = $1 ORDER BY id LIMIT 100000";
    INTAKE_KEY_COUNT = "SELECT COUNT(*) FROM intake_key";
    FIRST_BODY = "SELECT body FROM event WHERE locality = $1 AND stream = $2 AND seq = 1";
    EVENT_COUNT = "SELECT COUNT(*) FROM event";
    // SQLite checks its pages and that its indexes agree with its tables; PostgreSQL has no such check without an extension.
    CHECK = "PRAGMA integrity_check(20)", postgres = "SELECT CAST('ok' AS TEXT)";
}

/// Events lead; everything else is compared with what they make.
pub(super) static EVENT: Table =
    Table { name: "event", page: EVENTS, key: &[("locality", Int), ("stream", Bytes), ("seq", Int)], merge: 2 };
pub(super) static ACCESS_LOG: Table =
    Table { name: "access_log", page: ACCESS, key: &[("locality", Int), ("reader", Bytes), ("seq", Int)], merge: 2 };
pub(super) static WAITING: [Table; 2] = [
    Table { name: "unsequenced", page: WAITING_EVENTS, key: &[("locality", Int), ("stream", Bytes), ("from_seq", Int)], merge: 2 },
    Table { name: "unsequenced", page: WAITING_ACCESS, key: &[("locality", Int), ("stream", Bytes), ("from_seq", Int)], merge: 2 },
];
pub(super) static LOG: [Table; 2] = [
    Table { name: "log", page: LOG_EVENTS, key: &[("locality", Int), ("stream", Bytes), ("seq", Int)], merge: 2 },
    Table { name: "log", page: LOG_ACCESS, key: &[("locality", Int), ("stream", Bytes), ("seq", Int)], merge: 2 },
];
/// The tables whose rows belong to one stream.
pub(super) static BY_STREAM: [Table; 14] = [
    Table { name: "cases", page: CASES, key: &[("locality", Int), ("id", Bytes)], merge: 2 },
    Table { name: "clock", page: CLOCKS, key: &[("locality", Int), ("case_id", Bytes), ("name", Text)], merge: 2 },
    Table { name: "marker", page: MARKERS, key: &[("locality", Int), ("case_id", Bytes), ("kind", Text)], merge: 2 },
    Table {
        name: "supervision",
        page: SUPERVISIONS,
        key: &[("locality", Int), ("case_id", Bytes), ("what", Text), ("n", Int), ("owner", Bytes)],
        merge: 2,
    },
    Table { name: "submission", page: SUBMISSIONS, key: &[("locality", Int), ("id", Bytes)], merge: 2 },
    Table { name: "evidence", page: EVIDENCES, key: &[("locality", Int), ("submission", Bytes), ("id", Bytes)], merge: 2 },
    Table { name: "stream_key", page: KEYS, key: &[("locality", Int), ("stream", Bytes)], merge: 2 },
    Table {
        name: "sealed",
        page: SEALED_VALUES,
        key: &[("locality", Int), ("stream", Bytes), ("field", Text), ("version", Int)],
        merge: 2,
    },
    Table { name: "blind", page: BLINDS, key: &[("locality", Int), ("case_id", Bytes), ("kind", Text), ("hash", Bytes)], merge: 2 },
    Table { name: "case_title", page: TITLES, key: &[("locality", Int), ("case_id", Bytes)], merge: 2 },
    Table { name: "search_text", page: TEXTS, key: &[("locality", Int), ("case_id", Bytes)], merge: 2 },
    Table { name: "business", page: BUSINESS_ROWS, key: &[("locality", Int), ("id", Bytes)], merge: 2 },
    Table { name: "undertaking", page: UNDERTAKING_ROWS, key: &[("locality", Int), ("id", Bytes)], merge: 2 },
    Table {
        name: "undertaking_link",
        page: UNDERTAKING_LINKS,
        key: &[("locality", Int), ("undertaking", Bytes), ("what", Text), ("target", Bytes)],
        merge: 2,
    },
];
/// The registry's tables: their rows belong to the one registry of a locality.
pub(super) static BY_LOCALITY: [Table; 13] = [
    Table { name: "locality", page: LOCALITY_ROWS, key: &[("code", Int)], merge: 1 },
    Table { name: "pack", page: PACK_ROWS, key: &[("locality", Int), ("valid_from", Text)], merge: 1 },
    Table { name: "organ", page: ORGAN_ROWS, key: &[("locality", Int), ("id", Bytes), ("valid_from", Text)], merge: 1 },
    Table { name: "unit", page: UNIT_ROWS, key: &[("locality", Int), ("id", Bytes), ("valid_from", Text)], merge: 1 },
    Table { name: "person", page: PERSON_ROWS, key: &[("locality", Int), ("id", Bytes)], merge: 1 },
    Table { name: "role", page: ROLE_ROWS, key: &[("locality", Int), ("person", Bytes), ("role", Text), ("unit", Bytes)], merge: 1 },
    Table { name: "credential", page: CREDENTIAL_ROWS, key: &[("locality", Int), ("person", Bytes)], merge: 1 },
    Table { name: "second_step", page: SECOND_ROWS, key: &[("locality", Int), ("person", Bytes)], merge: 1 },
    Table { name: "notice", page: NOTICE_ROWS, key: &[("locality", Int), ("loaded_at", Int)], merge: 1 },
    Table { name: "saved_view", page: VIEW_ROWS, key: &[("locality", Int), ("id", Bytes)], merge: 1 },
    Table {
        name: "day_check",
        page: CHECK_ROWS,
        key: &[("locality", Int), ("unit", Bytes), ("on_day", Text), ("checked_at", Int)],
        merge: 1,
    },
    Table { name: "inspection", page: INSPECTION_ROWS, key: &[("locality", Int), ("organ", Bytes), ("at", Int)], merge: 1 },
    Table { name: "arrangement", page: ARRANGEMENT_ROWS, key: &[("locality", Int), ("id", Bytes)], merge: 1 },
];
pub(super) static SEQUENCE: Table =
    Table { name: "sequence", page: SEQUENCES, key: &[("locality", Int), ("organ", Bytes), ("form", Text), ("year", Int)], merge: 1 };
pub(super) static INTAKE_KEY: Table = Table { name: "intake_key", page: INTAKE_KEYS, key: &[("key", Bytes)], merge: 1 };
pub(super) static SCHEMA_VERSION: Table = Table { name: "schema_version", page: VERSIONS, key: &[("version", Int)], merge: 1 };
pub(super) static POSITION: Table = Table { name: "log", page: POSITIONS, key: &[("pos", Int)], merge: 1 };
pub(super) static HEAD: Table = Table { name: "tree_head", page: HEADS, key: &[("size", Int)], merge: 1 };
