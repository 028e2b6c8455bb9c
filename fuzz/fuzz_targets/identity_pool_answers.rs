#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitoken_fuzz::identity_pool_answers(input));
