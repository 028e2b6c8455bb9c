//! Fields and rows of objects.

use std::time::{Duration, UNIX_EPOCH};

use cognitoken_surface::{Object, Output, rows};

use crate::bag::Bag;
use crate::door::{call, text_of, token};

fn decoded(jwt: &str) -> Object {
    match call("decode", &Bag::default().with("jwt", jwt)).outcome {
        Ok(Output::Object(object)) => object,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_of_the_table_can_be_read() {
    let object = decoded(&token("id"));
    assert!(!object.fields().is_empty());
    for field in object.fields() {
        object.field(field.name).unwrap();
    }
    assert_eq!(text_of(&object, "signature"), "c2lnbmF0dXJl");
}

#[test]
fn an_absent_field_is_an_error_that_names_the_fields() {
    let error = decoded(&token("id")).field("secret").unwrap_err();
    assert!(error.hint().unwrap().contains("header, payload, signature"), "{error:?}");
}

#[test]
fn times_of_claims_are_shown_as_times_and_text_cannot_become_html() {
    // {"exp":1714777766,"name":"<b>ada</b>"}
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MTQ3Nzc3NjYsIm5hbWUiOiI8Yj5hZGE8L2I-In0.c2ln";
    let html = rows::html(&decoded(jwt), UNIX_EPOCH);
    assert!(html.contains("2024-05-03 23:09:26 UTC"), "{html}");
    assert!(html.contains("&lt;b&gt;ada&lt;/b&gt;") && !html.contains("<b>"), "{html}");
    assert!(html.contains("Not verified"), "{html}");
}

#[test]
fn a_time_out_of_range_is_shown_as_its_number() {
    // {"exp":9223372036854775807}
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjkyMjMzNzIwMzY4NTQ3NzU4MDd9.c2ln";
    let rows = rows::rows(&decoded(jwt), UNIX_EPOCH + Duration::from_secs(1));
    assert!(
        rows.contains(&("exp".to_owned(), "9223372036854775807 s after 1970-01-01 UTC".to_owned())),
        "{rows:?}"
    );
}
