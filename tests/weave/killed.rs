//! Killed at any moment, weaving leaves every file as it was or as it is to be, and the next one tidies up.

#![cfg(unix)]

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{Folder, place};

const FILES: usize = 200;
const ROUNDS: u32 = 30;
const MOST: Duration = Duration::from_secs(12);

/// The text of file `n` before weaving; the two differ in length, and fill several pages when woven.
fn old(n: usize) -> String {
    format!("# File {n}\n\n{}", place(&format!("conv --input {}x4 --kernel 2x2", 3 + n % 5)))
}

#[test]
fn every_file_is_old_or_new() {
    let folder = Folder::new();
    let name = |n: usize| format!("d{}/f{n}.md", n % 3);
    let write_old = || (0..FILES).for_each(|n| folder.write(&name(n), old(n).as_bytes()));
    write_old();
    let start = Instant::now();
    folder.weave(&["."], 0);
    let whole = start.elapsed();
    let new: Vec<String> = (0..FILES).map(|n| folder.read(&name(n))).collect();
    let (mut cut, mut rounds, mut left) = (0, 0, 0);
    // files change places in a short moment near the end: every other round closes in on it
    let (mut aim, mut step) = (whole, whole / 4);
    for round in 0..ROUNDS {
        if start.elapsed() > MOST {
            break;
        }
        rounds += 1;
        write_old();
        let mut child = folder.command(&["."]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
        let anywhere = whole * (round * 7 % ROUNDS + 1) / ROUNDS;
        thread::sleep(if round % 2 == 0 { anywhere } else { aim });
        child.kill().expect("SIGKILL is sent");
        child.wait().expect("it has ended");
        let texts: Vec<String> = (0..FILES).map(|n| folder.read(&name(n))).collect();
        for (n, text) in texts.iter().enumerate() {
            assert!(*text == old(n) || *text == new[n], "round {round}: {} is half of something", name(n));
        }
        let done = texts.iter().zip(&new).filter(|(text, new)| text == new).count();
        cut += usize::from(done > 0 && done < FILES);
        if round % 2 == 1 {
            aim = if done < FILES { aim + step } else { aim.saturating_sub(step) };
            step = (step * 2 / 3).max(Duration::from_millis(1));
        }
        left += usize::from(folder.names().len() > FILES);
    }
    eprintln!("{rounds} rounds of {whole:?}: {cut} killed between two renames, {left} left temporary files");
    assert!(rounds >= 5, "{rounds} rounds are too few to tell: one takes {whole:?}");
    folder.weave(&["."], 0);
    assert_eq!(folder.names().len(), FILES, "temporary files of dead processes are left: {:?}", folder.names());
    (0..FILES).for_each(|n| assert_eq!(folder.read(&name(n)), new[n]));
}

/// Temporary files go when their process has died, even if there is nothing to write; other files never.
#[cfg(target_os = "linux")]
#[test]
fn only_what_dead_processes_left_is_removed() {
    let folder = Folder::with(&[("a.md", &place("conv --input 3x3 --kernel 2x2"))]);
    folder.weave(&["a.md"], 0);
    let mut child = folder.command(&["--check", "a.md"]);
    let mut dead = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
    dead.wait().expect("it ends");
    let (dead, own) = (dead.id(), std::process::id());
    let kept = [
        format!(".derive-{own}-AbC123.tmp"),
        format!(".derive-{dead}-backup"),
        format!(".derive-{dead}-AbC123.tmp.md"),
        format!(".derive-{dead}-notes-1.tmp"),
        ".derive--AbC123.tmp".to_owned(),
        format!("derive-{dead}-AbC123.tmp"),
    ];
    let gone = format!(".derive-{dead}-AbC123.tmp");
    kept.iter().chain([&gone]).for_each(|name| folder.write(name, b"x"));
    fs::create_dir(folder.at(&format!(".derive-{dead}-AbC124.tmp"))).expect("a folder is made");
    folder.weave(&["--check", "a.md"], 0);
    assert!(folder.names().contains(&gone), "--check writes nothing");
    folder.weave(&["a.md"], 0);
    let names = folder.names();
    assert!(!names.contains(&gone), "{names:?}");
    assert!(kept.iter().all(|name| names.contains(name)), "{names:?}");
}
