//! Skills: how to go about a kind of work. The same files are shipped with the plugin.

/// A skill.
#[derive(Debug)]
pub struct Skill {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// `SKILL.md`, with its frontmatter.
    pub text: &'static str,
}

/// All of them.
pub const SKILLS: &[Skill] = &[
    skill("unkey-cli", include_str!("../../skills/unkey-cli/SKILL.md")),
    skill(
        "unkey-keys",
        include_str!("../../skills/unkey-keys/SKILL.md"),
    ),
    skill(
        "unkey-limits",
        include_str!("../../skills/unkey-limits/SKILL.md"),
    ),
    skill(
        "unkey-usage",
        include_str!("../../skills/unkey-usage/SKILL.md"),
    ),
];

impl Skill {
    /// What it is for and when to use it, as its frontmatter says.
    pub fn description(&self) -> &'static str {
        self.text
            .lines()
            .find_map(|line| line.strip_prefix("description: "))
            .unwrap_or_default()
    }
}

const fn skill(name: &'static str, text: &'static str) -> Skill {
    Skill { name, text }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_skill_of_the_folder_is_told_and_begins_with_its_name_and_description() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let told = SKILLS.iter().map(|skill| skill.name.to_owned()).collect();
        assert_eq!(there, told);
        for skill in SKILLS {
            let (head, _) = skill.text.split_once("\n---\n").unwrap();
            let expected = format!(
                "---\nname: {}\ndescription: {}",
                skill.name,
                skill.description()
            );
            assert_eq!(head, expected);
            assert!(
                (40..1024).contains(&skill.description().len()),
                "{}",
                skill.name
            );
            assert!(skill.text.lines().count() < 60, "{} is short", skill.name);
        }
    }
}
