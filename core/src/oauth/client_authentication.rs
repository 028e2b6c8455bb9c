//! How an app client with a secret proves itself at the token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::secret::ClientSecret;

/// The value of the `Authorization` header, `Basic base64(client id:client secret)`.
///
/// Both are form-encoded first, as RFC 6749, section 2.3.1, asks: a `:` in the id would otherwise move the border between
/// them. Cognito's own ids and secrets are letters and digits, which the encoding leaves as they are.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
pub(crate) fn client_secret_basic(client_id: &str, client_secret: &ClientSecret) -> Zeroizing<String> {
    let mut pair =
        Zeroizing::new(String::with_capacity(3 * (client_id.len() + client_secret.expose().len()) + 1));
    pair.extend(byte_serialize(client_id.as_bytes()));
    pair.push(':');
    pair.extend(byte_serialize(client_secret.expose().as_bytes()));
    let mut header = Zeroizing::new(String::with_capacity(6 + 4 * pair.len().div_ceil(3)));
    header.push_str("Basic ");
    STANDARD.encode_string(pair.as_bytes(), &mut header);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(client_id: &str, client_secret: &str) -> String {
        let header = client_secret_basic(client_id, &ClientSecret::new(client_secret));
        let pair = STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
        String::from_utf8(pair).unwrap()
    }

    #[test]
    fn letters_and_digits_stay_as_they_are() {
        assert_eq!(
            decoded("djc98u3jiedmi283eu928", "abcdef01234567890"),
            "djc98u3jiedmi283eu928:abcdef01234567890"
        );
    }

    #[test]
    fn what_could_be_taken_for_the_border_or_is_not_ascii_is_encoded() {
        assert_eq!(decoded("a:b", "c d+e/\u{e9}%"), "a%3Ab:c+d%2Be%2F%C3%A9%25");
    }
}
