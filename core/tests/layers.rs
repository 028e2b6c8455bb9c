//! The house: data flows one way. A room uses rooms of a lower rank, or of its own without a circle; so do the files of one
//! room. An arrow is a path that starts with `crate::` or `super::`; re-exports are none.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails there")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from the bottom up.
const RANKS: &[&[&str]] = &[
    &[
        "address",
        "clock",
        "digest",
        "error",
        "notices",
        "per_process",
        "private_folder",
        "random",
        "secret",
        "text",
        "user_folders",
        "verdict",
        "waits",
    ],
    &["config"],
    &["http"],
    &["cache", "jwt", "srp", "summary", "tokens"],
    &["identity_pool", "idp", "oauth", "store"],
    &["discovery", "profiles", "renewal"],
    &["session"],
    &["cognito", "doctor"],
    &["binding", "fuzzing", "known_answers"],
];

type Module = Vec<String>;
type Arrows = BTreeMap<String, BTreeSet<String>>;

#[test]
fn arrows_lead_down_and_never_in_a_circle() {
    let house = House::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let files = house.arrows();
    let mut faults = Vec::new();
    let mut rooms = Arrows::new();
    for (from, to) in files.iter().flat_map(|(from, targets)| targets.iter().map(move |to| (from, to))) {
        let (room, other) = (room_of(from), room_of(to));
        if room != other {
            rooms.entry(room.to_owned()).or_default().insert(other.to_owned());
            if rank(other) > rank(room) {
                faults.push(format!("{from} uses {to}, which is above it"));
            }
        }
    }
    faults.extend(circles(&rooms).into_iter().map(|circle| format!("rooms in a circle: {circle}")));
    faults.extend(circles(&files).into_iter().map(|circle| format!("files in a circle: {circle}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_files_of_the_surface_are_in_no_circle() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../surface/src");
    let circles = circles(&House::read(&folder).arrows());
    assert!(circles.is_empty(), "{circles:?}");
}

#[test]
fn contributing_draws_every_room_at_its_rank() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("../CONTRIBUTING.md")).unwrap();
    for (rank, rooms) in RANKS.iter().enumerate() {
        let beginning = format!("{rank}  ");
        let drawn: BTreeSet<&str> =
            text.lines().filter_map(|line| line.strip_prefix(&beginning)?.split(' ').next()).collect();
        assert_eq!(drawn, rooms.iter().copied().collect(), "rank {rank}");
        for room in *rooms {
            let source = root.join("src").join(room);
            assert!(source.is_dir() || source.with_extension("rs").is_file(), "{room}");
        }
    }
}

#[test]
fn contributing_names_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let (_, text) = text.split_once("## The house").unwrap();
    // Between the fences is no inline code.
    let prose: String = text.split("```").step_by(2).collect();
    let is_path = |word: &&str| {
        !word.contains([' ', '(', ':'])
            && (word.contains('/') || [".rs", ".md", ".toml"].iter().any(|end| word.ends_with(end)))
    };
    let named: Vec<&str> = prose.split('`').skip(1).step_by(2).filter(is_path).collect();
    assert!(named.len() > 50, "{named:?}");
    let is_there = |path: &&str| root.join(path).exists() || root.join("core/src").join(path).exists();
    let absent: Vec<&str> = named.into_iter().filter(|path| !is_there(path)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

fn room_of(file: &str) -> &str {
    file.split("::").next().unwrap()
}

fn rank(room: &str) -> usize {
    let rank = RANKS.iter().position(|rooms| rooms.contains(&room));
    rank.unwrap_or_else(|| panic!("the room {room} has no rank: give it one in RANKS"))
}

/// The modules with their sources, without tests and comments.
struct House(BTreeMap<Module, String>);

impl House {
    fn read(folder: &Path) -> Self {
        let mut modules = BTreeMap::new();
        let mut folders = vec![(folder.to_owned(), Module::new())];
        while let Some((folder, parent)) = folders.pop() {
            let entries: Vec<PathBuf> =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            for path in entries {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let module = [parent.clone(), vec![name.clone()]].concat();
                if path.is_dir() {
                    folders.push((path, module));
                } else if path.extension().is_some_and(|extension| extension == "rs") && name != "lib" {
                    let module = if name == "mod" { parent.clone() } else { module };
                    modules.insert(module, code_of(&fs::read_to_string(&path).unwrap()));
                }
            }
        }
        modules.retain(|module, _| !module.iter().any(|name| name == "tests"));
        Self(modules)
    }

    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (module, code) in &self.0 {
            let parts = code.split(';').filter(|part| !is_re_export(part));
            let children = parts.clone().filter_map(|part| self.child_path(module, part));
            for path in parts.flat_map(paths).chain(children) {
                let target = self.file_of(module, &path);
                if !target.is_empty() && target != *module {
                    arrows.entry(module.join("::")).or_default().insert(target.join("::"));
                }
            }
        }
        arrows
    }

    /// The path of a `use` of something in a child module.
    fn child_path(&self, module: &Module, part: &str) -> Option<Module> {
        let path = tree(part.trim_start().strip_prefix("use ")?, &[]).into_iter().next()?;
        let child = [module.clone(), path[..1].to_vec()].concat();
        self.0.contains_key(&child).then_some(path)
    }

    /// The module that a path leads to, re-exports followed.
    fn file_of(&self, from: &Module, path: &[String]) -> Module {
        let mut module = if path[0] == "crate" { Module::new() } else { from.clone() };
        for name in path.iter().skip_while(|name| *name == "crate") {
            if name == "super" {
                module.pop();
                continue;
            }
            let child = [module.clone(), vec![name.clone()]].concat();
            if self.0.contains_key(&child) {
                module = child;
                continue;
            }
            // An item: of this file, or of one that the file re-exports it from.
            let code = self.0.get(&module).map_or("", String::as_str);
            let re_exports = code.split(';').filter(|part| is_re_export(part));
            let leaf = |part: &str| tree(part.rsplit_once(" use ").unwrap().1, &[]);
            let source = re_exports.flat_map(leaf).find(|path| path.len() > 1 && path.last() == Some(name));
            return source.map_or(module.clone(), |source| {
                let source: Module = source.into_iter().filter(|name| name != "self").collect();
                let first = if source[0] == "crate" { vec![] } else { module };
                self.file_of(&Module::new(), &[vec!["crate".to_owned()], first, source].concat())
            });
        }
        module
    }
}

fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_re_export(part: &str) -> bool {
    let is_use = |line: &str| match line.strip_prefix("pub") {
        Some(rest) => rest.split_once(' ').is_some_and(|(_, rest)| rest.starts_with("use ")),
        None => false,
    };
    part.lines().any(is_use)
}

/// The paths of some code that start with `crate` or `super`.
fn paths(code: &str) -> Vec<Module> {
    let starts = ["crate::", "super::"].into_iter().flat_map(|start| code.match_indices(start));
    let whole = starts
        .filter(|(at, _)| !code[..*at].ends_with(|last: char| last.is_alphanumeric() || ":_".contains(last)));
    whole.flat_map(|(at, _)| tree(&code[at..], &[])).collect()
}

/// The leaves of a tree of names: `a::{b, c::d}`.
fn tree(text: &str, before: &[String]) -> Vec<Module> {
    let text = text.trim_start();
    if let Some(list) = text.strip_prefix('{') {
        let (mut depth, mut start, mut leaves) = (0, 0, Vec::new());
        for (at, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    leaves.extend(tree(&list[start..at], before));
                    start = at + 1;
                    if character == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
        return leaves;
    }
    let end =
        text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    if end == 0 {
        return Vec::new();
    }
    let here = [before, &[text[..end].to_owned()]].concat();
    match text[end..].strip_prefix("::") {
        Some(rest) if rest.starts_with(|next: char| next.is_alphanumeric() || "_{".contains(next)) => {
            tree(rest, &here)
        }
        _ => vec![here],
    }
}

/// One circle through each node that is in one.
fn circles(arrows: &Arrows) -> BTreeSet<String> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
        while let Some(node) = open.pop() {
            if reached.insert(node.clone()) {
                open.extend(arrows.get(node).into_iter().flatten());
            }
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> = arrows.keys().map(|node| (node, reached(node))).collect();
    let in_a_circle = all.iter().filter(|(node, reached)| reached.contains(**node));
    in_a_circle
        .map(|(node, reached)| {
            let together =
                reached.iter().filter(|other| all.get(other).is_some_and(|back| back.contains(*node)));
            together.cloned().collect::<Vec<_>>().join(", ")
        })
        .collect()
}
