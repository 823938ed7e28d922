# bad-skill-extension: the sandbox runs JavaScript.
