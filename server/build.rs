//! Embeds the web bundles into the program (feature `embed`), as a table that `http::assets` serves.
//! `make bundle` builds and compresses the bundles: a folder for each language, and one for its built-in room.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    env,
    error::Error,
    fmt::Write as _,
    fs,
    hash::Hasher as _,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ANSLUT_DIST");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return Ok(());
    }
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let dist = env::var_os("ANSLUT_DIST")
        .map_or_else(|| manifest.join("../target/dist/product"), PathBuf::from);
    let folders = bundles(&dist);
    if folders.is_empty() {
        println!("cargo::error=no web bundle in {}: run `make bundle` first", dist.display());
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", dist.canonicalize()?.display());

    let mut table = String::new();
    writeln!(table, "static BUNDLE: Bundle = Bundle {{")?;
    writeln!(table, "    indexes: &[")?;
    for folder in &folders {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let index = literal(&folder.join("index.html"))?;
        writeln!(table, "        ({name:?}, include_str!({index})),")?;
    }
    writeln!(table, "    ],")?;
    writeln!(table, "    assets: &[")?;
    for (address, file) in files(&folders)? {
        describe(&mut table, &address, &file)?;
    }
    writeln!(table, "    ],\n}};")?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("bundle.rs"), table)?;
    Ok(())
}

/// Returns the folders of the bundles, each named as the pages name it.
fn bundles(dist: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dist).into_iter().flatten().flatten();
    let folders = entries.filter_map(|entry| entry.path().canonicalize().ok());
    let mut folders: Vec<_> = folders.filter(|it| it.join("index.html").is_file()).collect();
    folders.sort();
    folders
}

/// Returns all files by their addresses. The bundles share styles and pictures.
fn files(folders: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for folder in folders {
        let mut found = Vec::new();
        collect(folder, &mut found)?;
        for file in found {
            files.insert(address(folder, &file)?, file);
        }
    }
    Ok(files)
}

/// Returns the address of a file.
fn address(folder: &Path, file: &Path) -> Result<String, Box<dyn Error>> {
    let mut address = String::new();
    for part in file.strip_prefix(folder)?.components() {
        address.push('/');
        address.push_str(part.as_os_str().to_str().ok_or("a file name that is not UTF-8")?);
    }
    Ok(address)
}

/// Collects all files below `folder` that are served under their own names.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !matches!(extension(&path), "br" | "gz") && !path.ends_with("index.html") {
            files.push(path);
        }
    }
    Ok(())
}

fn describe(table: &mut String, address: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(file)?);
    let digest = hasher.finish();

    writeln!(table, "        Asset {{")?;
    writeln!(table, "            path: {address:?},")?;
    writeln!(table, "            content_type: {:?},", content_type(file))?;
    writeln!(table, "            hashed: {},", is_hashed(file))?;
    writeln!(table, "            forms: &[")?;
    for (coding, ending) in [("Brotli", ".br"), ("Gzip", ".gz"), ("Identity", "")] {
        let mut form = file.as_os_str().to_owned();
        form.push(ending);
        if !Path::new(&form).is_file() {
            continue;
        }
        let etag = format!("\"{digest:016x}{}\"", ending.replace('.', "-"));
        writeln!(
            table,
            "                Form {{ coding: Coding::{coding}, etag: {etag:?}, bytes: include_bytes!({}) }},",
            literal(Path::new(&form))?
        )?;
    }
    writeln!(table, "            ],\n        }},")?;
    Ok(())
}

/// Returns a path as a Rust literal.
fn literal(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(format!("{:?}", path.to_str().ok_or("a path that is not UTF-8")?))
}

/// `true` if Trunk's name of a file contains its digest: 16 hex digits, fewer with leading zeros.
fn is_hashed(file: &Path) -> bool {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, digest)| {
        (12..=16).contains(&digest.len()) && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn content_type(file: &Path) -> &'static str {
    match extension(file) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
