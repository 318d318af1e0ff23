"""Autoencoder Studio: streamlit run app.py."""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.home.page import home_page

    home_page()
