//! The guides say the same in English and in Vietnamese: each has a twin with the same code, and the README leads to all of them.
//! What the code prints is walked against a running service by `.ci/tour`, and what no tour can walk by `tests/conformance/guide.mjs`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use testkit::once;

once!(
    each_guide_has_a_twin_with_the_same_code,
    each_block_is_run_or_says_that_it_is_not,
    the_readme_leads_to_every_guide,
    links_in_the_guides_lead_somewhere
);

const KINDS: [&str; 3] = ["administrator", "frontend", "integrator"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The guides of a language, by name.
fn guides(language: &str) -> BTreeMap<String, String> {
    let folder = root().join("docs/guide").join(language);
    let files = fs::read_dir(folder).expect("the guides").map(|entry| entry.expect("a guide").path());
    let named =
        files.map(|file| (file.file_stem().expect("a name").to_string_lossy().into_owned(), fs::read_to_string(&file).expect("a guide")));
    named.collect()
}

/// Every fenced block with its marker and its first line.
fn code(guide: &str) -> Vec<String> {
    let (mut blocks, mut open, mut marker) = (Vec::new(), None::<String>, "");
    for line in guide.lines() {
        match &mut open {
            Some(block) if line.starts_with("```") => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            Some(block) => block.extend([line, "\n"]),
            None if line.starts_with("```") => open = Some(format!("{marker}{line}\n")),
            None => {}
        }
        marker = if line.starts_with("<!--") { line } else { "" };
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

fn each_guide_has_a_twin_with_the_same_code() {
    let (english, vietnamese) = (guides("en"), guides("vi"));
    assert_eq!(english.keys().collect::<Vec<_>>(), KINDS);
    assert_eq!(vietnamese.keys().collect::<Vec<_>>(), KINDS);
    for (name, guide) in &english {
        let (ours, theirs) = (code(guide), code(&vietnamese[name]));
        assert!(ours.len() > 5, "{name}");
        for (i, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(ours, theirs, "{name}, block {}", i + 1);
        }
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let count = |guide: &str| guide.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(count(guide), count(&vietnamese[name]), "{name}: sections");
    }
}

/// A block is walked by a tour, or by `tests/conformance/guide.mjs` in the guide that this one reads; what nothing runs says so, and only
/// where it is not promised that everything is run.
fn each_block_is_run_or_says_that_it_is_not() {
    let walked = ["<!-- tour -->", "<!-- tour-variables -->", "<!-- tour-output -->"];
    let pages = ["README.md", "docs/administration.md"].map(|path| (path, fs::read_to_string(root().join(path)).expect("a page")));
    let pages = pages.into_iter().map(|(path, text)| (path.to_owned(), text, "<!-- not run -->"));
    let guides = ["en", "vi"].into_iter().flat_map(|language| {
        guides(language).into_iter().map(move |(name, text)| {
            let other = if name == "frontend" { "<!-- conformance -->" } else { "<!-- tour -->" };
            (format!("{language}/{name}"), text, other)
        })
    });
    for (name, text, other) in pages.chain(guides) {
        for block in code(&text) {
            assert!(walked.iter().chain([&other]).any(|marker| block.starts_with(marker)), "{name}: nothing runs this block:\n{block}");
        }
    }
}

fn the_readme_leads_to_every_guide() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    for (language, name) in ["en", "vi"].iter().flat_map(|language| KINDS.map(|name| (language, name))) {
        let link = format!("(docs/guide/{language}/{name}.md)");
        assert!(readme.contains(&link), "no link {link}");
    }
}

/// The sections of a page as links name them: in small letters, with hyphens for spaces, without other signs.
fn sections(page: &str) -> impl Iterator<Item = String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim().to_lowercase());
    headings.map(|heading| {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    })
}

fn links_in_the_guides_lead_somewhere() {
    for language in ["en", "vi"] {
        for (name, guide) in guides(language) {
            for target in guide.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|target| !target.contains("://")) {
                let file = target.split('#').next().unwrap_or_default();
                let path = root().join("docs/guide").join(language).join(file);
                assert!(file.is_empty() || path.exists(), "{language}/{name}: {target}");
                if let Some((_, section)) = target.split_once('#') {
                    let page = if file.is_empty() { guide.clone() } else { fs::read_to_string(&path).expect("a page") };
                    assert!(sections(&page).any(|known| known == section), "{language}/{name}: {target}");
                }
            }
        }
    }
}
