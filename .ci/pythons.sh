# Sourced: find the Pythons of this machine.

#: The versions that pyproject.toml declares; 3.11 comes first, for with torch it takes longest.
VERSIONS=(3.11 3.10 3.12 3.13)

# Print a Python that any user can run. One that lies in root's own folder cannot be, and then
# Debian's is taken.
anyones_python() {
    local python
    python=$(command -v python3)
    if [ "$(id -u)" -eq 0 ] && ! runuser -u nobody -- "$python" -c pass 2>/dev/null; then
        python=/usr/bin/python3
    fi
    echo "$python"
}

# Print the Python of a version such as 3.12, from the path, among pyenv's, or the system's; fail
# if there is none that can make environments.
find_python() {
    local pyenv candidate
    pyenv=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")}
    while read -r candidate; do
        # pyenv puts shims on the path for versions that are not chosen; these fail.
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done < <(
        type -ap "python$1"
        compgen -G "$pyenv/versions/$1.*/bin/python" | sort -rV
        echo "/usr/bin/python$1"
    )
    return 1
}
