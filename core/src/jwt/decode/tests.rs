use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::decode;
use crate::error::{Error, ErrorKind};
use crate::jwt::claims::Claims;
use crate::jwt::compact::Part;

fn compact(header: &[u8], payload: &[u8], signature: &[u8]) -> String {
    [header, payload, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}

fn refused(token: &str) -> Error {
    let error = decode(token).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "MalformedToken"));
    error
}

#[test]
fn a_token_falls_into_its_parts_and_numbers_keep_their_types() {
    let payload =
        br#"{"z":1,"a":1.0,"big":18446744073709551615,"iss":"https:\/\/x","t":true,"n":null,"l":["\u00e9"]}"#;
    let decoded = decode(&compact(br#"{"kid":"a/b+c=","alg":"RS256"}"#, payload, b"sig")).unwrap();
    assert_eq!(decoded.header["kid"], "a/b+c=");
    assert_eq!(decoded.payload.keys().collect::<Vec<_>>(), ["z", "a", "big", "iss", "t", "n", "l"]);
    assert!(decoded.payload["z"].is_i64() && decoded.payload["a"].is_f64());
    assert_eq!(decoded.payload["big"], json!(u64::MAX));
    assert_eq!(decoded.payload["iss"], "https://x");
    assert_eq!(decoded.payload["l"], json!(["é"]));
    assert_eq!(decoded.signature, "c2ln");
}

#[test]
fn white_space_around_a_token_is_dropped_and_within_it_refused() {
    let token = compact(b"{}", b"{}", b"s");
    assert_eq!(decode(&format!(" \t{token}\r\n")).unwrap(), decode(&token).unwrap());
    refused(&token.replace('.', ". "));
}

#[test]
fn other_white_space_and_invisible_characters_are_no_part_of_a_token() {
    let token = compact(b"{}", b"{}", b"s");
    for odd in "\u{a0}\u{2003}\u{2028}\u{3000}\u{feff}\u{200b}\u{85}\u{b}\u{c}\0".chars() {
        for text in [format!("{odd}{token}"), format!("{token}{odd}"), format!(" {odd} {token} {odd}\n")] {
            refused(&text);
        }
    }
}

#[test]
fn an_unsigned_token_can_be_looked_at() {
    assert_eq!(decode(&compact(br#"{"alg":"none"}"#, b"{}", b"")).unwrap().signature, "");
}

#[test]
fn the_number_of_parts_is_told() {
    assert!(refused("").message().contains("empty"));
    assert!(refused(" \n").message().contains("empty"));
    for (token, count) in
        [("e30", "has 1"), ("e30.e30", "has 2"), ("e30.e30.c2ln.c2ln", "has 4"), ("....", "has 5")]
    {
        assert!(refused(token).message().contains(count), "{token}");
    }
    assert!(refused("e30.e30.e30.e30.e30").hint().unwrap().contains("refresh token"));
}

#[test]
fn bearer_is_not_a_part_of_the_token() {
    for prefix in ["Bearer ", "bearer "] {
        let error = refused(&format!("{prefix}{}", compact(b"{}", b"{}", b"s")));
        assert!(error.hint().unwrap().contains("without `Bearer `"));
    }
}

#[test]
fn only_strict_base64url_is_accepted_in_each_part() {
    for bad in
        ["e30==", "e30===", "=", "====", "e3+0", "e3/0", "e\n30", "e3 0", "e30a=", "a", "e31", "é", "e30\0"]
    {
        for (token, part) in [
            (format!("{bad}.e30.c2ln"), "header"),
            (format!("e30.{bad}.c2ln"), "payload"),
            (format!("e30.e30.{bad}"), "signature"),
        ] {
            assert!(refused(&token).message().contains(part), "{bad:?} in the {part}");
        }
    }
}

/// Its form: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>.
#[test]
fn the_padding_of_a_load_balancer_is_dropped() {
    use base64::engine::general_purpose::URL_SAFE;
    for (header, padding) in
        [(r#"{"alg":"ES256"}"#, ""), (r#"{"alg":"ES256" }"#, "=="), (r#"{"alg":"ES256"  }"#, "=")]
    {
        let padded =
            [header.as_bytes(), br#"{"sub":"ada"}"#, b"sig?"].map(|part| URL_SAFE.encode(part)).join(".");
        assert!(padded.contains(&format!("{padding}.")));
        let decoded = decode(&padded).unwrap();
        assert_eq!((&decoded.header["alg"], &decoded.payload["sub"]), (&json!("ES256"), &json!("ada")));
        assert_eq!(decoded.signature, "c2lnPw==");
    }
}

#[test]
fn an_integer_beyond_64_bits_is_kept_to_the_digit() {
    let payload = br#"{"a":[{"b":123456789012345678901234567890}],"c":-9223372036854775809,"d":1.5e300}"#;
    let decoded = decode(&compact(b"{}", payload, b"")).unwrap().payload;
    assert_eq!(decoded["a"], json!([{"b": "123456789012345678901234567890"}]));
    assert_eq!((&decoded["c"], &decoded["d"]), (&json!("-9223372036854775809"), &json!(1.5e300)));
}

#[test]
fn header_and_payload_must_be_json_objects() {
    for bad in [
        "",
        "[]",
        "null",
        "5",
        "\"text\"",
        "{",
        "{}{}",
        "{\"a\":1e999}",
        "{\"a\":NaN}",
        "{a:1}",
        "\u{feff}{}",
    ] {
        assert!(refused(&compact(bad.as_bytes(), b"{}", b"s")).message().contains("header"), "{bad}");
        assert!(refused(&compact(b"{}", bad.as_bytes(), b"s")).message().contains("payload"), "{bad}");
    }
    refused(&compact(b"{}", b"{\"a\":\"\xff\"}", b"s"));
}

#[test]
fn deep_nesting_is_refused_rather_than_followed() {
    let depth = 20_000;
    let payload = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(refused(&compact(b"{}", payload.as_bytes(), b"s")).message().contains("payload"));
}

#[test]
fn a_long_text_is_refused_by_its_length() {
    let error = refused(&"e30.".repeat(2_500_000));
    assert!(error.message().contains("10000000 bytes"));
    assert!(error.message().len() < 200);
}

#[test]
fn where_a_name_comes_twice_the_last_one_counts() {
    assert_eq!(decode(&compact(b"{}", br#"{"a":1,"a":2}"#, b"")).unwrap().payload["a"], 2);
}

#[test]
fn neither_an_error_nor_debug_shows_the_token() {
    let token = compact(b"{}", br#"{"email":"ada@example.com"#, b"the signature");
    let error = refused(&token);
    let text = format!("{error} {error:?}");
    assert!(token.split('.').all(|part| !text.contains(part)) && !text.contains("ada@"));
    let signature = URL_SAFE_NO_PAD.encode("the signature");
    assert!(!format!("{:?}", decode(&compact(b"{}", b"{}", b"the signature")).unwrap()).contains(&signature));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".*", inner, 0..4)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Claims> {
    proptest::collection::btree_map(".*", any_json(), 0..5).prop_map(|object| object.into_iter().collect())
}

proptest! {
    #[test]
    fn any_text_is_decoded_or_refused(text in any::<String>()) {
        let _ = decode(&text);
    }

    #[test]
    fn any_three_parts_are_decoded_or_refused(parts in proptest::array::uniform3(any::<Vec<u8>>()), raw in any::<bool>()) {
        let token = if raw {
            parts.map(|part| String::from_utf8_lossy(&part).into_owned()).join(".")
        } else {
            compact(&parts[0], &parts[1], &parts[2])
        };
        let _ = decode(&token);
    }

    #[test]
    fn what_was_put_in_comes_out(header in any_object(), payload in any_object(), signature in any::<Vec<u8>>()) {
        let token = compact(
            &serde_json::to_vec(&header).unwrap(),
            &serde_json::to_vec(&payload).unwrap(),
            &signature,
        );
        let decoded = decode(&token).unwrap();
        prop_assert_eq!(&decoded.header, &header);
        prop_assert_eq!(&decoded.payload, &payload);
        prop_assert_eq!(Part::Signature.bytes(&decoded.signature).unwrap(), signature);
    }
}
