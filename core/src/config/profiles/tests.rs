use super::document::HEADER;
use super::*;
use crate::config::profile::DEFAULT_PROFILE;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("cognitoken");
    (above, folder)
}

/// A folder whose file has this text.
fn with_file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let (above, folder) = folder();
    private(&folder).write(FILE, bytes).unwrap();
    (above, folder)
}

fn ada() -> Profile {
    Profile::new().with_client_id("1example").with_username("ada")
}

fn text_of(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(FILE)).unwrap()
}

#[test]
fn a_profile_is_read_as_it_was_written() {
    let (_above, folder) = folder();
    let whole = ada()
        .with_region("eu-west-1")
        .with_user_pool_id("eu-west-1_AbCdEfGhI")
        .with_domain("my-app")
        .with_endpoint("https://example.com")
        .with_store("keyring")
        .with_sso(true);
    let whole = Profile { has_client_secret: true, ..whole };
    Profiles::update_in(folder.clone(), |profiles| profiles.set("work", &whole)).unwrap();
    Profiles::update_in(folder.clone(), |profiles| profiles.set("ada@example.com", &ada())).unwrap();
    let profiles = Profiles::read_in(folder.clone()).unwrap();
    assert_eq!(profiles.names(), ["work", "ada@example.com"]);
    assert_eq!(profiles.get("work"), Some(whole));
    assert_eq!(profiles.get("ada@example.com"), Some(ada()));
    assert_eq!(profiles.get("other"), None);
    assert!(text_of(&folder).starts_with(HEADER), "{}", text_of(&folder));
}

#[test]
fn comments_and_what_is_not_known_stay() {
    let text = "# mine\ncolour = \"red\"\n\n[profiles.work] # the work\nusername = \"ada\" # her name\nshoe = 38\n\n[other]\nx = 1\n";
    let (_above, folder) = with_file(text.as_bytes());
    let bob = Profile::new().with_username("bob").with_client_id("2example");
    Profiles::update_in(folder.clone(), |profiles| profiles.set("work", &bob)).unwrap();
    let expected =
        text.replace("\"ada\"", "\"bob\"").replace("shoe = 38\n", "shoe = 38\nclient_id = \"2example\"\n");
    assert_eq!(text_of(&folder), expected);
    Profiles::update_in(folder.clone(), |profiles| Ok(profiles.remove("work"))).unwrap();
    assert_eq!(text_of(&folder), "# mine\ncolour = \"red\"\n\n[other]\nx = 1\n");
}

#[test]
fn what_is_not_changed_is_not_written() {
    let text = "profiles = { work = { client_id = '1example' } }";
    let (_above, folder) = with_file(text.as_bytes());
    let before = folder.join(FILE).metadata().unwrap().modified().unwrap();
    let profile = Profile::new().with_client_id("1example");
    let failed = Profiles::update_in(folder.clone(), |profiles| {
        profiles.set("work", &Profile::new().with_client_id("other"))?;
        profiles.set("work", &Profile::new().with_client_id("no client"))
    });
    assert_eq!(failed.unwrap_err().code(), "InvalidClientId");
    Profiles::update_in(folder.clone(), |profiles| {
        assert_eq!(profiles.get("work"), Some(profile.clone()));
        Ok(())
    })
    .unwrap();
    assert_eq!(
        (text_of(&folder).as_str(), folder.join(FILE).metadata().unwrap().modified().unwrap()),
        (text, before)
    );
}

#[test]
fn a_damaged_file_is_told_with_its_line_and_left_alone() {
    for (bytes, expected) in [
        (&b"\n[profiles.work\n"[..], "line 2"),
        (b"a = 1\na = 2\n", "line 2"),
        (b"\nprofile = 5", "`profile` is not a string, in line 2"),
        (b"profiles = 5", "`profiles` is not a table, in line 1"),
        (b"[profiles]\nwork = 5", "the profile \"work\" is not a table, in line 2"),
        (b"[profiles.work]\nregion = 5", "`region` of the profile \"work\" is not a string, in line 2"),
        (b"[profiles.work]\n\nsso = 'yes'", "`sso` of the profile \"work\" is not true or false, in line 3"),
        (b"# \xff", "line 1"),
        (b"\n\xfe\xff", "line 2"),
    ] {
        let (_above, folder) = with_file(bytes);
        let error = Profiles::read_in(folder.clone()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ProfilesUnusable"), "{error}");
        assert!(error.message().contains(expected) && error.message().contains(FILE), "{error}");
        assert!(error.hint().unwrap().contains("It was not changed"));
        Profiles::update_in(folder.clone(), |profiles| profiles.set("work", &ada())).unwrap_err();
        assert_eq!(std::fs::read(folder.join(FILE)).unwrap(), bytes);
    }
}

#[test]
fn a_large_file_is_refused() {
    for size in [300 * 1024, 10 * 1024 * 1024] {
        let (_above, folder) = with_file(&vec![b'#'; size]);
        let error = Profiles::read_in(folder).unwrap_err();
        assert!(error.message().contains("larger than"), "{error}");
    }
}

#[test]
fn a_secret_in_a_profile_is_told_and_not_shown() {
    for key in ["password", "client_secret", "refresh_token", "totp_secret", "id_token"] {
        let (_above, folder) = with_file(format!("[profiles.work]\n{key} = \"sentinel\"\n").as_bytes());
        let error = Profiles::read_in(folder).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "SecretInProfile"));
        assert!(error.message().contains(key) && error.message().contains("line 2"), "{error}");
        assert!(!format!("{error:?}").contains("sentinel"));
    }
    let (_above, folder) = with_file(b"[profiles.work]\npassword = \"sentinel\" oops\n");
    let error = Profiles::read_in(folder).unwrap_err();
    assert!(!format!("{error:?}").contains("sentinel"), "{error:?}");
}

#[test]
fn the_chosen_profile_is_there() {
    let (_above, folder) = with_file(b"[profiles.work]\nclient_id = \"1example\"\n");
    let choose = |name: &'static str| Profiles::update_in(folder.clone(), |profiles| profiles.choose(name));
    assert_eq!(Profiles::read_in(folder.clone()).unwrap().chosen(), DEFAULT_PROFILE);
    let error = choose("play").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ProfileNotFound"));
    assert!(error.hint().unwrap().contains("The profiles are work. "), "{error:?}");
    choose("work").unwrap();
    assert_eq!(Profiles::read_in(folder.clone()).unwrap().chosen(), "work");
    assert!(Profiles::update_in(folder.clone(), |profiles| Ok(profiles.remove("work"))).unwrap());
    assert_eq!(Profiles::read_in(folder).unwrap().chosen(), DEFAULT_PROFILE);
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let (_above, folder) = folder();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                for number in 0..5 {
                    let name = format!("p{writer}-{number}");
                    Profiles::update_in(folder.clone(), |profiles| profiles.set(&name, &ada())).unwrap();
                }
            });
        }
    });
    assert_eq!(Profiles::read_in(folder).unwrap().names().len(), 40);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_file_is_its_owners_and_may_be_read_by_others() {
        let (_above, folder) = with_file(b"");
        assert_eq!((mode(&folder), mode(&folder.join(FILE))), (0o700, 0o600));
        set_mode(&folder, 0o755);
        set_mode(&folder.join(FILE), 0o644);
        assert!(Profiles::read_in(folder).is_ok());
    }

    #[test]
    fn what_others_can_change_is_refused() {
        for (of_folder, of_file) in [(0o777, 0o600), (0o700, 0o666), (0o770, 0o600), (0o700, 0o660)] {
            let (_above, folder) = with_file(b"");
            set_mode(&folder, of_folder);
            set_mode(&folder.join(FILE), of_file);
            let error = Profiles::read_in(folder.clone()).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ProfilesUnusable"));
            assert!(error.message().contains("open to other users"), "{error}");
        }
    }

    #[test]
    fn a_link_and_a_folder_are_refused() {
        let (above, folder) = folder();
        private(&folder).write("other.toml", b"").unwrap();
        symlink(folder.join("other.toml"), folder.join(FILE)).unwrap();
        let error = Profiles::read_in(folder.clone()).unwrap_err();
        assert!(error.message().contains("symbolic link"), "{error}");
        std::fs::remove_file(folder.join(FILE)).unwrap();
        std::fs::create_dir(folder.join(FILE)).unwrap();
        let error = Profiles::read_in(folder.clone()).unwrap_err();
        assert!(error.message().contains("not a regular file"), "{error}");
        let link = above.path().join("link");
        symlink(&folder, &link).unwrap();
        let error = Profiles::read_in(link).unwrap_err();
        assert!(error.message().contains("symbolic link"), "{error}");
    }

    /// Only root can give a file away.
    #[test]
    fn a_file_of_another_user_is_not_read_and_not_written() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let (_above, folder) = with_file(b"[profiles.default]\nclient_id = \"theirs\"\n");
        std::os::unix::fs::chown(folder.join(FILE), Some(12_345), None).unwrap();
        let profiles = Profiles::read_in(folder.clone()).unwrap();
        assert!(profiles.names().is_empty());
        assert!(profiles.left_out().unwrap().contains("another user"));
        assert!(profiles.not_found("default").message().contains("another user"));
        Profiles::update_in(folder.clone(), |profiles| profiles.set("work", &ada())).unwrap_err();
        assert!(text_of(&folder).contains("theirs"));
    }

    /// No mode keeps root out.
    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let (above, folder) = folder();
        set_mode(above.path(), 0o500);
        let outcome = Profiles::update_in(folder.clone(), |profiles| profiles.set("work", &ada()));
        if !rustix::process::geteuid().is_root() {
            assert_eq!(outcome.unwrap_err().code(), "ProfilesUnusable");
        }
        set_mode(above.path(), 0o700);
        std::fs::write(above.path().join("file"), "").unwrap();
        let below_file = above.path().join("file").join("cognitoken");
        let error = Profiles::update_in(below_file, |profiles| profiles.set("work", &ada())).unwrap_err();
        assert_eq!(error.code(), "ProfilesUnusable");
    }
}
