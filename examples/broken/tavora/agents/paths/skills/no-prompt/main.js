// missing-skill-md: beside this file a skill.md should stand.
return 1;
