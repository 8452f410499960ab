use super::*;

fn place(folder: &Folder, text: &str, wanted: Option<&str>) -> Placed {
    let wanted = wanted.map(|name| FileName::parse(name).unwrap());
    let made = folder.create().unwrap();
    made.keep(&Secret::new(text), wanted).unwrap()
}

fn read_back(folder: &Folder, name: &str) -> Result<String, ReadProblem> {
    let secret = folder.read(&FileName::parse(name).unwrap())?;
    Ok(secret.reveal().to_owned())
}

fn temporary() -> (tempfile::TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::open(&home.path().join("a/secrets")).unwrap();
    (home, folder)
}

#[test]
fn a_secret_is_kept_under_the_name_that_was_wanted_and_never_over_another() {
    let (_home, folder) = temporary();
    let first = place(&folder, "sk_1", Some("key_1"));
    assert_eq!(first.name.as_str(), "key_1");
    assert_eq!(fs::read(&first.path).unwrap(), b"sk_1");
    let same = place(&folder, "sk_1", Some("key_1"));
    assert_eq!(same.path, first.path);
    let other = place(&folder, "sk_2", Some("key_1"));
    assert_ne!(other.path, first.path);
    assert_eq!(fs::read(&first.path).unwrap(), b"sk_1");
    assert_eq!(read_back(&folder, other.name.as_str()).unwrap(), "sk_2");
    place(&folder, "sk_3", None);
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 3, "nothing but the secrets is left");
}

#[test]
fn a_file_without_a_secret_is_gone() {
    let (_home, folder) = temporary();
    let made = folder.create().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(folder.names().is_empty());
    drop(made);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_a_person_puts_there_is_read_where_it_is_one_line() {
    let (_home, folder) = temporary();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("leaked", " sk_1\r\n");
    assert_eq!(read_back(&folder, "leaked").unwrap(), "sk_1");
    for text in ["", "\n", "a\nb", "a\0"] {
        put("leaked", text);
        let read = read_back(&folder, "leaked");
        assert!(
            matches!(read, Err(ReadProblem::NoLine)),
            "{text:?}: {read:?}"
        );
    }
    put("leaked", &"x".repeat(5_000));
    let read = read_back(&folder, "leaked");
    assert!(matches!(read, Err(ReadProblem::TooLong)), "{read:?}");
    let read = read_back(&folder, "other");
    assert!(matches!(read, Err(ReadProblem::Missing)), "{read:?}");
    assert_eq!(folder.names(), ["leaked"]);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_home, folder) = temporary();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&place(&folder, "sk_1", None).path), 0o600);
    for others in [0o722, 0o720, 0o777] {
        let permissions = fs::Permissions::from_mode(others);
        fs::set_permissions(folder.path(), permissions).unwrap();
        let found = Folder::open(folder.path());
        assert!(matches!(found, Err(FolderProblem::Open(_))), "{found:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_and_keeps_nobody_waiting() {
    let (home, folder) = temporary();
    let path = |name: &str| folder.path().join(name);
    let secret = home.path().join("outside");
    fs::write(&secret, "sk_1").unwrap();
    std::os::unix::fs::symlink(&secret, path("link")).unwrap();
    fs::create_dir(path("folder")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(path("pipe"))
        .status();
    assert!(made.unwrap().success());
    for name in ["link", "folder", "pipe"] {
        let read = read_back(&folder, name);
        assert!(
            matches!(read, Err(ReadProblem::Irregular)),
            "{name}: {read:?}"
        );
    }
}
